package io.nextscale.var.nn;

import io.nextscale.torch.Layers;
import io.nextscale.torch.Tensor;
import org.jspecify.annotations.Nullable;

/** Computes attention by libtorch's fused kernel, which never holds all scores. */
public record FusedAttention() implements Attention {
  @Override
  public Tensor attend(
      Tensor query, Tensor key, Tensor value, @Nullable Tensor mask, double scale) {
    return Layers.scaledDotProductAttention(query, key, value, mask, scale);
  }
}
