package io.nextscale.var.transformer;

import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.checkpoint.WeightReader;
import io.nextscale.var.config.TransformerConfig;
import io.nextscale.var.nn.LayerForm;
import io.nextscale.var.nn.Linear;

/**
 * The MLP of a block: two linear layers with a GELU in its tanh form between them ({@code FFN} in
 * {@code models/basic_var.py}).
 *
 * @param up {@code fc1}, width C to the hidden width
 * @param down {@code fc2}, the hidden width to C
 */
record FeedForward(Linear up, Linear down) {

  static FeedForward read(WeightReader reader, TransformerConfig config) {
    return new FeedForward(
        Linear.read(reader.at("fc1"), config.width(), config.hiddenWidth()),
        Linear.read(reader.at("fc2"), config.hiddenWidth(), config.width()));
  }

  /** Returns the same MLP with its layers in another form. */
  FeedForward map(LayerForm form) {
    return new FeedForward(form.ofBlock(up), form.ofBlock(down));
  }

  /** Maps (B, l, C) to (B, l, C). */
  Tensor forward(Tensor x) {
    try (TensorScope scope = TensorScope.open()) {
      return scope.keep(down.forward(up.forwardGelu(x)));
    }
  }
}
