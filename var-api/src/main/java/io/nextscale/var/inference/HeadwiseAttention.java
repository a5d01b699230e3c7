package io.nextscale.var.inference;

import io.nextscale.torch.Functional;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.cpu.OneDnn;
import io.nextscale.torch.cpu.Parallel;
import io.nextscale.var.nn.Attention;
import org.jspecify.annotations.Nullable;

/**
 * Computes attention of many queries head by head through oneDNN, without a derivative. The fused
 * kernel calls BLAS, whose speed depends on its version and on the environment; it also has small
 * products only (docs/experiments/0043-float32-attention-through-onednn.md).
 *
 * @param other computes where queries are few, masked, or not served by oneDNN
 */
record HeadwiseAttention(Attention other) implements Attention {
  // from this many queries the products of a head are worth a call each
  private static final long MANY_QUERIES = 128;

  @Override
  public Tensor attend(
      Tensor query, Tensor key, Tensor value, @Nullable Tensor mask, double scale) {
    if (query.size(2) < MANY_QUERIES || mask != null || !OneDnn.serves(key)) {
      return other.attend(query, key, value, mask, scale);
    }
    int heads = (int) query.size(1);
    Tensor scaled = scale == 1 ? query : query.mul(scale);
    Tensor attended =
        Tensor.empty(
            value.dtype(), value.device(), query.size(0), query.size(2), heads, value.size(3));
    Parallel.forEach(
        (int) query.size(0) * heads,
        i -> {
          Tensor keys = of(key, i, heads);
          Tensor scores = OneDnn.linear(of(scaled, i, heads), keys, null, OneDnn.Activation.NONE);
          Tensor weights = Functional.softmax(scores, -1);
          scores.close();
          Tensor values = of(value, i, heads).transpose(0, 1);
          Tensor sums = OneDnn.linear(weights, values, null, OneDnn.Activation.NONE);
          attended.select(0, i / heads).select(1, i % heads).copyFrom(sums);
        });
    return attended.transpose(1, 2);
  }

  /** Returns one head of one row, (B, H, l, d) to (l, d). */
  private static Tensor of(Tensor all, int index, int heads) {
    return all.select(0, index / heads).select(0, index % heads);
  }
}
