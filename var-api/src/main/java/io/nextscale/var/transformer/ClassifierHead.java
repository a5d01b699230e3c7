package io.nextscale.var.transformer;

import io.nextscale.torch.DType;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.checkpoint.WeightReader;
import io.nextscale.var.config.TransformerConfig;
import io.nextscale.var.nn.LayerForm;
import io.nextscale.var.nn.Linear;

/**
 * Modulated norm and linear map to logits ({@code head_nm} and {@code head}). Both compute in
 * float32 whatever the blocks compute in: the official code converts before the norm, before the
 * linear map and after it.
 *
 * @param adaLn maps the class embedding to scale and shift, also where the blocks share a
 *     modulation
 * @param linear maps hidden states to the vocabulary
 * @param epsilon added to the variance in the norm
 */
record ClassifierHead(Linear adaLn, Linear linear, double epsilon) {

  static ClassifierHead read(WeightReader reader, TransformerConfig config) {
    WeightReader float32 = reader.as(DType.FLOAT32);
    int width = config.width();
    return new ClassifierHead(
        Linear.read(float32.at("head_nm.ada_lin.1"), width, 2L * width),
        Linear.read(float32.at("head"), width, config.vocabularySize()),
        config.normEpsilon());
  }

  /** Computes the norm's scale and shift (B, 2, C) from the condition. */
  Tensor modulate(Condition condition) {
    Tensor joined = adaLn.forward(condition.activated());
    return joined.reshape(joined.size(0), 2, -1);
  }

  /** Returns the same head with its layers in another form. */
  ClassifierHead map(LayerForm form) {
    return new ClassifierHead(form.outsideBlocks(adaLn), form.outsideBlocks(linear), epsilon);
  }

  /** Normalizes the last block's output (B, l, C) to hidden states, float32 (B, l, C). */
  Tensor normalize(Tensor x, ModulatedNorm norm) {
    try (TensorScope scope = TensorScope.open()) {
      return scope.keep(norm.apply(x.to(DType.FLOAT32), epsilon));
    }
  }
}
