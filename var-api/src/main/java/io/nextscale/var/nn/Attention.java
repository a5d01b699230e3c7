package io.nextscale.var.nn;

import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.Functional;
import io.nextscale.torch.Into;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.torch.Torch;
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
  // where all threads share an operator, few large ones are better than many small ones
  private static final long SHARED_BYTES = 3 << 22;

  /** Scores up to here have exponentials whose sum over any number of keys is a finite float. */
  public static final double SMALL_SCORE = 60;

  private Attention() {}

  /**
   * {@code softmax(scale · query · keyᵀ + mask) · value} for every head.
   *
   * <p>By libtorch's fused kernel, but in bfloat16 on the CPU: there that one takes some thirty
   * times as long (docs/PERFORMANCE.md), and the products are spelled out, for a few heads at a
   * time.
   *
   * @param query (B, H, l, d)
   * @param key (B, H, L, d)
   * @param value (B, H, L, d)
   * @param mask added to the scores, broadcast to (B, 1, l, L), or none
   * @return (B, H, l, d), in memory as (B, l, H, d)
   */
  public static Tensor attend(
      Tensor query, Tensor key, Tensor value, @Nullable Tensor mask, double scale) {
    if (isFused(query)) {
      return Functional.scaledDotProductAttention(query, key, value, mask, scale);
    }
    if (key.size(2) <= FEW_KEYS) {
      Tensor exactMask = mask == null ? null : mask.to(DType.FLOAT32);
      return attend(exact(query), exact(key), exact(value), exactMask, scale).to(query.dtype());
    }
    long heads = query.size(1);
    int lots = lots(query, key);
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

  /**
   * {@link #attend} without mask and scale, for scores that are known to be between −{@link
   * #SMALL_SCORE} and {@link #SMALL_SCORE}; without a derivative. Their exponentials need no
   * maximum taken off, and are added up and divided by after the product with the values, which has
   * fewer columns: in bfloat16 a tenth of attention's time less (docs/PERFORMANCE.md).
   */
  public static Tensor attendSmall(Tensor query, Tensor key, Tensor value) {
    if (isFused(query) || key.size(2) <= FEW_KEYS) {
      return attend(query, key, value, null, 1);
    }
    long heads = query.size(1);
    Tensor joined =
        Tensor.empty(
            query.dtype(), query.device(), query.size(0), query.size(2), heads, query.size(3));
    Tensor result = joined.transpose(1, 2);
    int lots = lots(query, key);
    for (int lot = 0; lot < lots; lot++) {
      long first = lot * heads / lots;
      long count = (lot + 1) * heads / lots - first;
      try (TensorScope scope = TensorScope.open()) {
        Tensor keys = key.narrow(1, first, count).transpose(2, 3);
        Tensor scores = Functional.matmul(query.narrow(1, first, count), keys);
        Into.exp(scores, scores);
        Tensor sums = Functional.sum(scores, -1, true);
        Tensor weighted = Functional.matmul(scores, value.narrow(1, first, count));
        Into.div(weighted, sums, result.narrow(1, first, count));
      }
    }
    return result;
  }

  /** Whether libtorch's fused kernel is the fast way. */
  private static boolean isFused(Tensor query) {
    return query.dtype() != DType.BFLOAT16 || query.device().type() != Device.Type.CPU;
  }

  /**
   * How many lots the heads come in: where a thread computes by itself, so that the scores of one
   * stay in its core's cache.
   */
  private static int lots(Tensor query, Tensor key) {
    long bytes = query.size(0) * query.size(2) * key.size(2) * query.dtype().byteSize();
    long heads = query.size(1);
    long most = Torch.threads() == 1 ? CACHED_BYTES : SHARED_BYTES;
    return (int) Math.clamp(Math.ceilDiv(bytes * heads, most), 1, heads);
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
