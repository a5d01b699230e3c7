package io.nextscale.var.transformer;

import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.checkpoint.WeightReader;
import io.nextscale.var.config.TransformerConfig;
import io.nextscale.var.nn.LayerForm;
import io.nextscale.var.nn.Linear;

/** Two linear maps with a GELU in its tanh form between them. */
record FeedForward(Linear up, Linear down) {

  static FeedForward read(WeightReader reader, TransformerConfig config) {
    return new FeedForward(
        Linear.read(reader.at("fc1"), config.width(), config.hiddenWidth()),
        Linear.read(reader.at("fc2"), config.hiddenWidth(), config.width()));
  }

  /** The same MLP with its layers in another form. */
  FeedForward map(LayerForm form) {
    return new FeedForward(form.ofBlock(up), form.ofBlock(down));
  }

  /** (B, l, C), same out. */
  Tensor forward(Tensor x) {
    try (TensorScope scope = TensorScope.open()) {
      return scope.keep(down.forward(up.forwardGelu(x)));
    }
  }
}
