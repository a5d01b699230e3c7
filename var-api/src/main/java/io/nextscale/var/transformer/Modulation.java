package io.nextscale.var.transformer;

import io.nextscale.torch.Functional;
import io.nextscale.torch.Tensor;

/**
 * What a condition does to the two halves of a block.
 *
 * @param gain1 of the attention's output, (B, 1, C)
 * @param gain2 of the MLP's output, (B, 1, C)
 * @param norm1 of the attention's input
 * @param norm2 of the MLP's
 */
record Modulation(Tensor gain1, Tensor gain2, ModulatedNorm norm1, ModulatedNorm norm2) {

  /** From (B, 1, 6, C) in the official order γ1 γ2 s1 s2 b1 b2. */
  static Modulation of(Tensor packed) {
    Tensor[] parts = Functional.unbind(packed, 2);
    return new Modulation(
        parts[0],
        parts[1],
        ModulatedNorm.of(parts[2].add(1), parts[4]),
        ModulatedNorm.of(parts[3].add(1), parts[5]));
  }

  /** Of some rows of a batch of several. */
  Modulation rows(long first, long count) {
    return new Modulation(
        gain1.narrow(0, first, count),
        gain2.narrow(0, first, count),
        norm1.rows(first, count),
        norm2.rows(first, count));
  }
}
