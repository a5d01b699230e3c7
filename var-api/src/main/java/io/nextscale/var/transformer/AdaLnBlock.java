package io.nextscale.var.transformer;

import io.nextscale.torch.DType;
import io.nextscale.torch.Functional;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.checkpoint.WeightReader;
import io.nextscale.var.config.TransformerConfig;
import io.nextscale.var.nn.LayerForm;

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

  /** Reads the block once more in the reader's element type; the modulation is shared. */
  AdaLnBlock reread(WeightReader reader, TransformerConfig config) {
    return read(reader, config, adaLn);
  }

  /** The same block with its layers in another form. */
  AdaLnBlock map(LayerForm form) {
    return new AdaLnBlock(attention.map(form), feedForward.map(form), adaLn.map(form), epsilon);
  }

  /** Element type that the block computes in. */
  DType dtype() {
    return attention.qkv().dtype();
  }

  /** (B, l, C), same out. */
  Tensor forward(Tensor x, Modulation m, int block, AttentionContext context) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor attended = attention.forward(m.norm1().apply(x, epsilon), block, context);
      Tensor h = Functional.addcmul(x, attended, m.gamma1());
      Tensor fed = feedForward.forward(m.norm2().apply(h, epsilon));
      return scope.keep(Functional.addcmul(h, fed, m.gamma2()));
    }
  }
}
