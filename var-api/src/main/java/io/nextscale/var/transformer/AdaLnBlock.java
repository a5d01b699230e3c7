package io.nextscale.var.transformer;

import io.nextscale.torch.DType;
import io.nextscale.torch.Functional;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.checkpoint.WeightReader;
import io.nextscale.var.config.TransformerConfig;
import io.nextscale.var.nn.Latest;
import io.nextscale.var.nn.LayerForm;
import java.util.List;

/**
 * A transformer block that the condition modulates (VAR, section 3.2; {@code AdaLNSelfAttn} in
 * {@code models/basic_var.py}). Its branches are its mixers, in order, and the MLP.
 *
 * @param adaLn computes gamma, scale and shift of each branch
 * @param epsilon added to the variance in all norms
 */
record AdaLnBlock(List<Mixer> mixers, FeedForward feedForward, AdaLn adaLn, double epsilon) {

  static AdaLnBlock read(WeightReader reader, int index, TransformerConfig config) {
    return read(reader, index, config, AdaLn.read(reader, config));
  }

  private static AdaLnBlock read(
      WeightReader reader, int index, TransformerConfig config, AdaLn adaLn) {
    return new AdaLnBlock(
        config.mixers().stream().map(mixer -> Mixer.read(reader, index, mixer, config)).toList(),
        FeedForward.read(reader.at("ffn"), config),
        adaLn,
        config.normEpsilon());
  }

  /** Reads the block once more in the reader's element type; the modulation is shared. */
  AdaLnBlock reread(WeightReader reader, int index, TransformerConfig config) {
    return read(reader, index, config, adaLn);
  }

  /** Returns the same block with its layers in another form. */
  AdaLnBlock map(LayerForm form) {
    return new AdaLnBlock(
        mixers.stream().map(mixer -> mixer.map(form)).toList(),
        feedForward.map(form),
        adaLn.map(form),
        epsilon);
  }

  /** Element type that the block computes in. */
  DType dtype() {
    return mixers.getFirst().dtype();
  }

  /** Whether a pass over several scales needs the mask that hides later ones. */
  boolean needsMask() {
    return mixers.stream().anyMatch(Mixer::needsMask);
  }

  /**
   * Adds what each branch computes to the hidden states: {@code x + gamma · branch(norm(x))}.
   *
   * @param x hidden states (B, l, C)
   * @param modulations of the branches
   * @param block index of this block, by which the pass finds the states of its mixers
   * @return hidden states (B, l, C)
   */
  Tensor forward(Tensor x, List<Modulation> modulations, int block, Pass pass) {
    try (TensorScope scope = TensorScope.open()) {
      Latest h = new Latest(x);
      for (int i = 0; i < mixers.size(); i++) {
        Modulation modulation = modulations.get(i);
        Tensor normed = modulation.norm().apply(h.get(), epsilon);
        Tensor mixed = mixers.get(i).forward(normed, pass, pass.state(block, i));
        h.set(Functional.addcmul(h.get(), mixed, modulation.gamma()));
      }
      Modulation last = modulations.getLast();
      Tensor fed = feedForward.forward(last.norm().apply(h.get(), epsilon));
      return scope.keep(Functional.addcmul(h.get(), fed, last.gamma()));
    }
  }
}
