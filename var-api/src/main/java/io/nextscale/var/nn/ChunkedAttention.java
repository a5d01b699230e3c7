package io.nextscale.var.nn;

import io.nextscale.torch.DType;
import io.nextscale.torch.Functional;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.torch.cpu.CpuThreads;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Computes attention by two products for a chunk of heads at a time. It is for bfloat16 on the CPU,
 * where libtorch's fused kernel is much slower
 * (docs/experiments/0006-bfloat16-attention-by-plain-products.md); few keys go to the fused kernel
 * in float32 (docs/experiments/0009-bfloat16-attention-few-heads.md).
 *
 * @param softmax sums the values of a chunk, weighted by the softmax of its scores
 */
public record ChunkedAttention(WeightedSum softmax) implements Attention {
  private static final FusedAttention FUSED = new FusedAttention();

  // up to this many keys the fused kernel is faster, including the conversion to float32
  private static final long FEW_KEYS = 64;
  // scores of this many bytes stay in a core's cache between the products and the softmax
  private static final long CACHED_BYTES = 3 << 19;
  // where threads share operators, few large ones are faster
  // (docs/experiments/0027-all-heads-at-once.md)
  private static final long SHARED_BYTES = 3 << 22;

  /** Sums values, weighted by the softmax of scores. */
  public interface WeightedSum {
    /**
     * Computes {@code softmax(scores) · value}.
     *
     * @param scores (B, h, l, L), which may be overwritten
     * @param value (B, h, L, d)
     * @return (B, h, l, d)
     */
    Tensor apply(Tensor scores, Tensor value);
  }

  /**
   * Subtracts the maximum of each query's scores, so that no exponential overflows; differentiable.
   */
  public static ChunkedAttention withMaximum() {
    return new ChunkedAttention(
        (scores, value) -> Functional.matmul(Functional.softmax(scores, -1), value));
  }

  @Override
  public Tensor attend(
      Tensor query, Tensor key, Tensor value, @Nullable Tensor mask, double scale) {
    if (key.size(2) <= FEW_KEYS) {
      return inFloat32(query, key, value, mask, scale);
    }
    long heads = query.size(1);
    int chunks = chunks(query, key);
    List<Tensor> parts = new ArrayList<>();
    for (int chunk = 0; chunk < chunks; chunk++) {
      long first = chunk * heads / chunks;
      long count = (chunk + 1) * heads / chunks - first;
      try (TensorScope scope = TensorScope.open()) {
        Tensor scores =
            scores(query.narrow(1, first, count), key.narrow(1, first, count), mask, scale);
        Tensor part = softmax.apply(scores, value.narrow(1, first, count));
        parts.add(scope.keep(part.transpose(1, 2)));
      }
    }
    return Functional.cat(parts, 2).transpose(1, 2);
  }

  private static Tensor scores(Tensor query, Tensor key, @Nullable Tensor mask, double scale) {
    Tensor scaled = scale == 1 ? query : query.mul(scale);
    Tensor scores = Functional.matmul(scaled, key.transpose(2, 3));
    return mask == null ? scores : scores.add(mask);
  }

  private static Tensor inFloat32(
      Tensor query, Tensor key, Tensor value, @Nullable Tensor mask, double scale) {
    Tensor float32Mask = mask == null ? null : mask.to(DType.FLOAT32);
    return FUSED
        .attend(
            query.to(DType.FLOAT32),
            key.to(DType.FLOAT32),
            value.to(DType.FLOAT32),
            float32Mask,
            scale)
        .to(query.dtype());
  }

  /** Chooses the number of chunks; their scores fit a core's cache where threads work alone. */
  private static int chunks(Tensor query, Tensor key) {
    long heads = query.size(1);
    long bytes = query.size(0) * query.size(2) * key.size(2) * query.dtype().byteSize() * heads;
    long most = CpuThreads.count() == 1 ? CACHED_BYTES : SHARED_BYTES;
    return (int) Math.clamp(Math.ceilDiv(bytes, most), 1, heads);
  }
}
