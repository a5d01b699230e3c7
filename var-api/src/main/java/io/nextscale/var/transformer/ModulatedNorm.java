package io.nextscale.var.transformer;

import io.nextscale.torch.Composed;
import io.nextscale.torch.Functional;
import io.nextscale.torch.Tensor;

/**
 * A layer norm whose scale and shift come from the condition.
 *
 * @param factor 1 + scale of the normalised input: (B, 1, C), or (C) of a single row, for which all
 *     is one operator
 * @param shift added to it, likewise
 */
record ModulatedNorm(Tensor factor, Tensor shift) {

  /** Of factor and shift (B, 1, C). */
  static ModulatedNorm of(Tensor factor, Tensor shift) {
    return factor.size(0) == 1
        ? new ModulatedNorm(factor.reshape(-1), shift.reshape(-1))
        : new ModulatedNorm(factor, shift);
  }

  /** Of some rows of a batch of several. */
  ModulatedNorm rows(long first, long count) {
    return of(factor.narrow(0, first, count), shift.narrow(0, first, count));
  }

  /** (B, l, C), same out. */
  Tensor apply(Tensor x, double epsilon) {
    return factor.dim() == 1
        ? Functional.layerNorm(x, factor, shift, epsilon)
        : Composed.addcmul(shift, Functional.layerNorm(x, epsilon), factor);
  }
}
