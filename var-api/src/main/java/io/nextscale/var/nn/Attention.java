package io.nextscale.var.nn;

import io.nextscale.torch.DType;
import io.nextscale.torch.Functional;
import io.nextscale.torch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Scaled dot-product attention, by whichever of libtorch's ways is the fast one for an element
 * type.
 */
public final class Attention {
  private Attention() {}

  /**
   * {@code softmax(scale · query · keyᵀ + mask) · value} for every head.
   *
   * <p>In bfloat16 the products are spelled out: libtorch's fused CPU kernel takes some thirty
   * times as long there (docs/PERFORMANCE.md). In float32 the fused one is faster.
   *
   * @param query (B, H, l, d)
   * @param key (B, H, L, d)
   * @param value (B, H, L, d)
   * @param mask added to the scores, broadcast to (B, H, l, L), or none
   * @return (B, H, l, d)
   */
  public static Tensor attend(
      Tensor query, Tensor key, Tensor value, @Nullable Tensor mask, double scale) {
    if (query.dtype() != DType.BFLOAT16) {
      return Functional.scaledDotProductAttention(query, key, value, mask, scale);
    }
    Tensor scaled = scale == 1 ? query : query.mul(scale);
    Tensor scores = Functional.matmul(scaled, key.transpose(2, 3));
    Tensor masked = mask == null ? scores : scores.add(mask);
    return Functional.matmul(Functional.softmax(masked, -1), value);
  }
}
