package io.nextscale.var.transformer;

import io.nextscale.torch.Functional;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.checkpoint.WeightReader;

/** A transformer block whose norms are modulated by the condition ({@code AdaLNSelfAttn}). */
record AdaLnBlock(SelfAttention attention, FeedForward feedForward, AdaLn adaLn, double epsilon) {

  static AdaLnBlock read(WeightReader reader, TransformerConfig config) {
    return new AdaLnBlock(
        SelfAttention.read(reader.at("attn"), config),
        FeedForward.read(reader.at("ffn"), config),
        AdaLn.read(reader, config),
        config.normEpsilon());
  }

  /** (B, l, C), same out. */
  Tensor forward(Tensor x, Modulation m, int block, AttentionContext context) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor attended = attention.forward(modulated(x, m.factor1(), m.shift1()), block, context);
      Tensor h = Functional.addcmul(x, attended, m.gain1());
      Tensor fed = feedForward.forward(modulated(h, m.factor2(), m.shift2()));
      return scope.keep(Functional.addcmul(h, fed, m.gain2()));
    }
  }

  private Tensor modulated(Tensor x, Tensor factor, Tensor shift) {
    return Functional.addcmul(shift, Functional.layerNorm(x, epsilon), factor);
  }
}
