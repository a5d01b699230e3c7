package io.nextscale.var.transformer;

import io.nextscale.torch.DType;
import io.nextscale.torch.Functional;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.checkpoint.WeightReader;
import io.nextscale.var.config.TransformerConfig;
import io.nextscale.var.nn.LayerForm;

/**
 * A transformer block that the condition modulates (VAR, section 3.2; {@code AdaLNSelfAttn} in
 * {@code models/basic_var.py}).
 *
 * @param adaLn computes gamma, scale and shift of both halves
 * @param epsilon added to the variance in both norms
 */
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

  /** Returns the same block with its layers in another form. */
  AdaLnBlock map(LayerForm form) {
    return new AdaLnBlock(attention.map(form), feedForward.map(form), adaLn.map(form), epsilon);
  }

  /** Element type that the block computes in. */
  DType dtype() {
    return attention.qkv().dtype();
  }

  /**
   * Adds attention, then the MLP, to the hidden states: {@code h = x + gamma1 ·
   * attention(norm1(x))} and {@code h + gamma2 · mlp(norm2(h))}.
   *
   * @param x hidden states (B, l, C)
   * @param block index of this block
   * @return hidden states (B, l, C)
   */
  Tensor forward(Tensor x, Modulation modulation, int block, AttentionContext context) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor normed = modulation.norm1().apply(x, epsilon);
      Tensor attended = attention.forward(normed, block, context);
      Tensor h = Functional.addcmul(x, attended, modulation.gamma1());
      Tensor fed = feedForward.forward(modulation.norm2().apply(h, epsilon));
      return scope.keep(Functional.addcmul(h, fed, modulation.gamma2()));
    }
  }
}
