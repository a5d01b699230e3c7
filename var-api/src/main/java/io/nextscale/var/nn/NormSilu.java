package io.nextscale.var.nn;

import io.nextscale.torch.Functional;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;

/** Applies a group norm, then SiLU, as before each convolution of a residual block. */
public record NormSilu(GroupNorm norm) implements Stage {
  /** Maps (B, channels, h, w) to (B, channels, h, w). */
  @Override
  public Tensor forward(Tensor x) {
    try (TensorScope scope = TensorScope.open()) {
      return scope.keep(Functional.silu(norm.forward(x)));
    }
  }
}
