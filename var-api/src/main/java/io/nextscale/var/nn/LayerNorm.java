package io.nextscale.var.nn;

import io.nextscale.torch.Functional;
import io.nextscale.torch.Layers;
import io.nextscale.torch.Tensor;

/** Layer norm over the last dimension whose scale and shift are given with the input. */
public final class LayerNorm {
  private LayerNorm() {}

  /**
   * {@code norm(x) · scale + shift}. Rows of one scale and shift are a single operator.
   *
   * @param x (B, l, C)
   * @param scale (B, 1, C)
   * @param shift (B, 1, C)
   * @param epsilon added to the variance
   * @return (B, l, C)
   */
  public static Tensor modulated(Tensor x, Tensor scale, Tensor shift, double epsilon) {
    return scale.size(0) == 1
        ? Layers.layerNorm(x, scale.reshape(-1), shift.reshape(-1), epsilon)
        : Functional.addcmul(shift, Layers.layerNorm(x, epsilon), scale);
  }
}
