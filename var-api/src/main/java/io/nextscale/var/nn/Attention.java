package io.nextscale.var.nn;

import io.nextscale.torch.DType;
import io.nextscale.torch.Functional;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Scaled dot-product attention, by whichever of libtorch's ways is the fast one for an element
 * type.
 */
public final class Attention {
  // up to so many keys the fused kernel is faster, conversion to float32 included
  private static final long FEW_KEYS = 64;
  // scores of so many bytes stay in a core's cache between the products and the softmax
  private static final long CACHED_BYTES = 3 << 19;

  private Attention() {}

  /**
   * {@code softmax(scale · query · keyᵀ + mask) · value} for every head.
   *
   * <p>In float32 by libtorch's fused kernel. In bfloat16 that one takes some thirty times as long
   * on the CPU (docs/PERFORMANCE.md): the products are spelled out, for a few heads at a time.
   *
   * @param query (B, H, l, d)
   * @param key (B, H, L, d)
   * @param value (B, H, L, d)
   * @param mask added to the scores, broadcast to (B, 1, l, L), or none
   * @return (B, H, l, d), in memory as (B, l, H, d)
   */
  public static Tensor attend(
      Tensor query, Tensor key, Tensor value, @Nullable Tensor mask, double scale) {
    if (query.dtype() != DType.BFLOAT16) {
      return Functional.scaledDotProductAttention(query, key, value, mask, scale);
    }
    if (key.size(2) <= FEW_KEYS) {
      Tensor exactMask = mask == null ? null : mask.to(DType.FLOAT32);
      return attend(exact(query), exact(key), exact(value), exactMask, scale).to(query.dtype());
    }
    long heads = query.size(1);
    long bytes = query.size(0) * query.size(2) * key.size(2) * query.dtype().byteSize();
    int lots = (int) Math.clamp(Math.ceilDiv(bytes * heads, CACHED_BYTES), 1, heads);
    List<Tensor> parts = new ArrayList<>();
    for (int lot = 0; lot < lots; lot++) {
      long first = lot * heads / lots;
      long count = (lot + 1) * heads / lots - first;
      try (TensorScope scope = TensorScope.open()) {
        Tensor part =
            inProducts(
                query.narrow(1, first, count),
                key.narrow(1, first, count),
                value.narrow(1, first, count),
                mask,
                scale);
        parts.add(scope.keep(part.transpose(1, 2)));
      }
    }
    return Functional.cat(parts, 2).transpose(1, 2);
  }

  private static Tensor exact(Tensor tensor) {
    return tensor.to(DType.FLOAT32);
  }

  private static Tensor inProducts(
      Tensor query, Tensor key, Tensor value, @Nullable Tensor mask, double scale) {
    Tensor scaled = scale == 1 ? query : query.mul(scale);
    Tensor scores = Functional.matmul(scaled, key.transpose(2, 3));
    Tensor masked = mask == null ? scores : scores.add(mask);
    return Functional.matmul(Functional.softmax(masked, -1), value);
  }
}
