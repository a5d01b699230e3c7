package io.nextscale.var.transformer;

import io.nextscale.torch.Functional;
import io.nextscale.torch.Tensor;

/**
 * What a condition does to the two halves of a block, each (B, 1, C).
 *
 * @param gain1 of the attention's output
 * @param gain2 of the MLP's output
 * @param factor1 1 + scale of the attention's normalised input
 * @param factor2 likewise of the MLP's
 * @param shift1 added to the attention's normalised input
 * @param shift2 likewise to the MLP's
 */
record Modulation(
    Tensor gain1, Tensor gain2, Tensor factor1, Tensor factor2, Tensor shift1, Tensor shift2) {

  /** From (B, 1, 6, C) in the official order γ1 γ2 s1 s2 b1 b2. */
  static Modulation of(Tensor packed) {
    Tensor[] parts = Functional.unbind(packed, 2);
    return new Modulation(parts[0], parts[1], parts[2].add(1), parts[3].add(1), parts[4], parts[5]);
  }
}
