package io.nextscale.var.transformer;

import io.nextscale.torch.Functional;
import io.nextscale.torch.Tensor;
import java.util.function.UnaryOperator;

/**
 * The effect of a condition on the two halves of a block.
 *
 * @param gamma1 of the attention's output, (B, 1, C)
 * @param gamma2 of the MLP's output, (B, 1, C)
 * @param norm1 of the attention's input
 * @param norm2 of the MLP's input
 */
record Modulation(Tensor gamma1, Tensor gamma2, ModulatedNorm norm1, ModulatedNorm norm2) {

  /** From (B, 1, 6, C) in the official order: gamma1, gamma2, scale1, scale2, shift1, shift2. */
  static Modulation of(Tensor joined) {
    Tensor[] parts = Functional.unbind(joined, 2);
    return new Modulation(
        parts[0],
        parts[1],
        new ModulatedNorm(parts[2].add(1), parts[4]),
        new ModulatedNorm(parts[3].add(1), parts[5]));
  }

  /** The same with every tensor changed. */
  Modulation map(UnaryOperator<Tensor> change) {
    return new Modulation(
        change.apply(gamma1), change.apply(gamma2), norm1.map(change), norm2.map(change));
  }
}
