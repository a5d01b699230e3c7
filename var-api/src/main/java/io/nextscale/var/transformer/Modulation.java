package io.nextscale.var.transformer;

import io.nextscale.torch.Functional;
import io.nextscale.torch.Tensor;
import java.util.function.UnaryOperator;

/**
 * Gamma, scale and shift of the two halves of a block.
 *
 * @param gamma1 multiplies the attention's output, (B, 1, C)
 * @param gamma2 multiplies the MLP's output, (B, 1, C)
 * @param norm1 normalizes the attention's input
 * @param norm2 normalizes the MLP's input
 */
record Modulation(Tensor gamma1, Tensor gamma2, ModulatedNorm norm1, ModulatedNorm norm2) {

  /** Splits (B, 1, 6, C), in the official order: gamma1, gamma2, scale1, scale2, shift1, shift2. */
  static Modulation of(Tensor joined) {
    Tensor[] parts = Functional.unbind(joined, 2);
    return new Modulation(
        parts[0],
        parts[1],
        new ModulatedNorm(parts[2].add(1), parts[4]),
        new ModulatedNorm(parts[3].add(1), parts[5]));
  }

  /** Returns the same modulation with every tensor changed. */
  Modulation map(UnaryOperator<Tensor> change) {
    return new Modulation(
        change.apply(gamma1), change.apply(gamma2), norm1.map(change), norm2.map(change));
  }
}
