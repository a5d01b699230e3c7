package io.nextscale.var.raster;

import io.nextscale.torch.Functional;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.checkpoint.WeightReader;
import io.nextscale.var.config.TransformerConfig;
import io.nextscale.var.nn.DenseLinear;
import io.nextscale.var.nn.LayerForm;
import io.nextscale.var.nn.Linear;

/**
 * SwiGLU without biases: w2(SiLU(w1 x) ⊙ w3 x) ({@code FeedForward} in LlamaGen's {@code gpt.py}).
 *
 * @param gate {@code w1}, C to the hidden width
 * @param up {@code w3}, C to the hidden width
 * @param down {@code w2}, the hidden width to C
 */
record GatedFeedForward(Linear gate, Linear up, Linear down) {
  static GatedFeedForward read(WeightReader reader, TransformerConfig config) {
    int width = config.width();
    int hidden = config.hiddenWidth();
    return new GatedFeedForward(
        new DenseLinear(reader.at("w1").read("weight", hidden, width), null),
        new DenseLinear(reader.at("w3").read("weight", hidden, width), null),
        new DenseLinear(reader.at("w2").read("weight", width, hidden), null));
  }

  GatedFeedForward map(LayerForm form) {
    return new GatedFeedForward(form.ofBlock(gate), form.ofBlock(up), form.ofBlock(down));
  }

  Tensor forward(Tensor x) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor gated = Functional.silu(gate.forward(x)).mul(up.forward(x));
      return scope.keep(down.forward(gated));
    }
  }
}
