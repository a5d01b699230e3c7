package io.nextscale.var.transformer;

import io.nextscale.torch.Functional;
import io.nextscale.torch.Layers;
import io.nextscale.torch.Tensor;

/**
 * Layer norm over the last dimension whose scale and shift come from the condition ({@code
 * ln_wo_grad(x) · (1 + scale) + shift}).
 *
 * @param scale (B, 1, C), or (C) for a single row; the official scale plus 1
 * @param shift as the scale
 */
record ModulatedNorm(Tensor scale, Tensor shift) {

  /**
   * Computes {@code norm(x) · scale + shift}, in one operator where all rows share them.
   *
   * @param x (B, l, C)
   * @param epsilon added to the variance
   * @return (B, l, C)
   */
  Tensor apply(Tensor x, double epsilon) {
    return scale.dim() == 1
        ? Layers.layerNorm(x, scale, shift, epsilon)
        : Functional.addcmul(shift, Layers.layerNorm(x, epsilon), scale);
  }
}
