package io.nextscale.var.raster;

import io.nextscale.torch.Device;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.checkpoint.WeightReader;
import io.nextscale.var.config.TransformerConfig;
import io.nextscale.var.nn.LayerForm;
import io.nextscale.var.transformer.MixerState;
import io.nextscale.var.transformer.Pass;

/**
 * A block of LlamaGen ({@code TransformerBlock} in {@code gpt.py}): attention, then SwiGLU, each
 * after a norm and added to its input. Hidden states between layers are float32.
 */
record LlamaBlock(
    RmsNorm attentionNorm,
    CausalAttention attention,
    RmsNorm feedForwardNorm,
    GatedFeedForward feedForward) {
  static LlamaBlock read(WeightReader reader, TransformerConfig config) {
    int width = config.width();
    double epsilon = config.normEpsilon();
    return new LlamaBlock(
        RmsNorm.read(reader.at("attention_norm"), width, epsilon),
        CausalAttention.read(reader.at("attention"), config),
        RmsNorm.read(reader.at("ffn_norm"), width, epsilon),
        GatedFeedForward.read(reader.at("feed_forward"), config));
  }

  LlamaBlock map(LayerForm form, Device device) {
    return new LlamaBlock(
        attentionNorm, attention.map(form, device), feedForwardNorm, feedForward.map(form));
  }

  /**
   * Computes (B, l, C) from (B, l, C), both float32.
   *
   * @param rotation of the l positions
   */
  Tensor forward(Tensor x, GridRotation rotation, Pass pass, MixerState state) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor mixed = attention.forward(attentionNorm.apply(x), rotation, pass, state);
      Tensor between = x.add(mixed);
      return scope.keep(between.add(feedForward.forward(feedForwardNorm.apply(between))));
    }
  }
}
