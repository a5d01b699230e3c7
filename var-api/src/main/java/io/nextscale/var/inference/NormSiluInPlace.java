package io.nextscale.var.inference;

import io.nextscale.torch.InPlace;
import io.nextscale.torch.Tensor;
import io.nextscale.var.nn.GroupNorm;
import io.nextscale.var.nn.NormSilu;
import io.nextscale.var.nn.Stage;

/**
 * Computes {@link NormSilu} with one new tensor instead of two: SiLU overwrites the norm. Large
 * maps are normalized by {@link LargeGroupNorm}.
 */
record NormSiluInPlace(GroupNorm norm) implements Stage {
  /** Maps (B, channels, h, w) to (B, channels, h, w). */
  @Override
  public Tensor forward(Tensor x) {
    return InPlace.silu(
        LargeGroupNorm.serves(x) ? LargeGroupNorm.forward(norm, x) : norm.forward(x));
  }
}
