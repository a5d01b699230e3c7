package io.nextscale.var.nn;

import io.nextscale.torch.Functional;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;

/** SiLU of a group norm: what precedes the convolutions of a residual network. */
public record NormSilu(GroupNorm norm) implements Stage {
  /** (B, channels, h, w), same out. */
  @Override
  public Tensor forward(Tensor x) {
    try (TensorScope scope = TensorScope.open()) {
      return scope.keep(Functional.silu(norm.forward(x)));
    }
  }
}
