package io.nextscale.var.raster;

import io.nextscale.torch.Functional;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.checkpoint.WeightReader;
import io.nextscale.var.config.TransformerConfig;
import io.nextscale.var.nn.DenseLinear;
import io.nextscale.var.nn.LayerForm;
import io.nextscale.var.nn.Linear;
import io.nextscale.var.nn.StackedLinear;

/**
 * SwiGLU without biases: w2(SiLU(w1 x) ⊙ w3 x) ({@code FeedForward} in LlamaGen's {@code gpt.py}).
 *
 * @param gateAndUp {@code w1}, then {@code w3}, C to twice the hidden width
 * @param down {@code w2}, the hidden width to C
 */
record GatedFeedForward(Linear gateAndUp, Linear down) {
  static GatedFeedForward read(WeightReader reader, TransformerConfig config) {
    int width = config.width();
    int hidden = config.hiddenWidth();
    return new GatedFeedForward(
        new StackedLinear(
            new DenseLinear(reader.at("w1").read("weight", hidden, width), null),
            new DenseLinear(reader.at("w3").read("weight", hidden, width), null)),
        new DenseLinear(reader.at("w2").read("weight", width, hidden), null));
  }

  GatedFeedForward map(LayerForm form) {
    return new GatedFeedForward(form.ofBlock(gateAndUp), form.ofBlock(down));
  }

  Tensor forward(Tensor x) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor both = gateAndUp.forward(x);
      long hidden = both.size(2) / 2;
      Tensor gate = Functional.silu(both.narrow(2, 0, hidden));
      return scope.keep(down.forward(gate.mul(both.narrow(2, hidden, hidden))));
    }
  }
}
