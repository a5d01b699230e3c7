package io.nextscale.var.transformer;

import io.nextscale.torch.Functional;
import io.nextscale.torch.Layers;
import io.nextscale.torch.Tensor;
import java.util.function.UnaryOperator;

/**
 * Layer norm over the last dimension whose scale and shift come from the condition ({@code
 * ln_wo_grad(x) · (1 + scale) + shift}).
 *
 * @param scale (B, 1, C), the official scale plus 1
 * @param shift (B, 1, C)
 */
record ModulatedNorm(Tensor scale, Tensor shift) {

  /** Returns the same norm with both tensors changed. */
  ModulatedNorm map(UnaryOperator<Tensor> change) {
    return new ModulatedNorm(change.apply(scale), change.apply(shift));
  }

  /**
   * Computes {@code norm(x) · scale + shift}, in one operator where all rows share them.
   *
   * @param x (B, l, C)
   * @param epsilon added to the variance
   * @return (B, l, C)
   */
  Tensor apply(Tensor x, double epsilon) {
    return scale.size(0) == 1
        ? Layers.layerNorm(x, scale.reshape(-1), shift.reshape(-1), epsilon)
        : Functional.addcmul(shift, Layers.layerNorm(x, epsilon), scale);
  }
}
