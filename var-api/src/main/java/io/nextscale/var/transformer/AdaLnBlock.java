package io.nextscale.var.transformer;

import io.nextscale.torch.Composed;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.checkpoint.WeightReader;
import io.nextscale.var.nn.Linear;
import java.util.List;

/** A transformer block whose norms are modulated by the condition ({@code AdaLNSelfAttn}). */
record AdaLnBlock(SelfAttention attention, FeedForward feedForward, AdaLn adaLn, double epsilon) {

  static AdaLnBlock read(WeightReader reader, TransformerConfig config) {
    return read(reader, config, AdaLn.read(reader, config));
  }

  private static AdaLnBlock read(WeightReader reader, TransformerConfig config, AdaLn adaLn) {
    return new AdaLnBlock(
        SelfAttention.read(reader.at("attn"), config),
        FeedForward.read(reader.at("ffn"), config),
        adaLn,
        config.normEpsilon());
  }

  /** The same block with its maps as {@code reader} reads them, and the same modulation. */
  AdaLnBlock twin(WeightReader reader, TransformerConfig config) {
    return read(reader, config, adaLn);
  }

  /** The same block with its linear maps packed; the plain weights stay as they are. */
  AdaLnBlock packed() {
    return new AdaLnBlock(attention.packed(), feedForward.packed(), adaLn, epsilon);
  }

  /** The maps that {@link #packed} takes the place of. */
  List<Linear> linears() {
    return List.of(attention.qkv(), attention.projection(), feedForward.up(), feedForward.down());
  }

  /** (B, l, C), same out. */
  Tensor forward(Tensor x, Modulation m, int block, AttentionContext context) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor attended = attention.forward(m.norm1().apply(x, epsilon), block, context);
      Tensor h = Composed.addcmul(x, attended, m.gain1());
      Tensor fed = feedForward.forward(m.norm2().apply(h, epsilon));
      return scope.keep(Composed.addcmul(h, fed, m.gain2()));
    }
  }
}
