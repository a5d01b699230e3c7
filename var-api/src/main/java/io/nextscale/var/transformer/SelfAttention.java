package io.nextscale.var.transformer;

import io.nextscale.torch.Composed;
import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.Functional;
import io.nextscale.torch.Into;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.checkpoint.WeightReader;
import io.nextscale.var.nn.Attention;
import io.nextscale.var.nn.Linear;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Multi-head self-attention over the current scale and everything in its context ({@code
 * SelfAttention} in {@code models/basic_var.py}).
 *
 * @param qkv one map for query, key and value; the key's part of the bias is zero by design
 * @param projection of the joined heads
 * @param scales what normalised query and key are multiplied by, (1, 1, 2, H, 1), key's half all
 *     ones; none if they are not normalised
 * @param scoreScale of query·key
 * @param heads H
 * @param smallScores whether no score can be larger than attention takes as small
 */
record SelfAttention(
    Linear qkv,
    Linear projection,
    @Nullable Tensor scales,
    double scoreScale,
    int heads,
    boolean smallScores) {
  // a learned scale stays below exp(ln 100)
  private static final double LARGEST_LOG_SCALE = Math.log(100);
  private static final double EPSILON = 1e-12;

  static SelfAttention read(WeightReader reader, TransformerConfig config) {
    int width = config.width();
    int heads = config.heads();
    reader.ignore("zero_k_bias"); // a buffer of zeros: the key has no bias
    Tensor weight = reader.at("mat_qkv").read("weight", 3L * width, width);
    Linear projection = Linear.read(reader.at("proj"), width, width);
    try (TensorScope scope = TensorScope.open()) {
      Tensor q = reader.read("q_bias", width);
      Tensor v = reader.read("v_bias", width);
      Tensor bias =
          scope.keep(Functional.cat(List.of(q, Tensor.zeros(q.dtype(), q.device(), width), v), 0));
      Tensor scales = null;
      if (config.normalizedAttention()) {
        Tensor logs = reader.as(DType.FLOAT32).read("scale_mul_1H11", 1, heads, 1, 1);
        Tensor q1 =
            Functional.exp(Functional.minimum(logs, Tensor.scalar(LARGEST_LOG_SCALE)))
                .reshape(1, 1, 1, heads, 1);
        Tensor ones = Tensor.full(1, q1.dtype(), q1.device(), q1.shape());
        scales = scope.keep(Functional.cat(List.of(q1, ones), 2));
      }
      double scoreScale = config.normalizedAttention() ? 1 : 0.25 / Math.sqrt(config.headWidth());
      return new SelfAttention(
          new Linear(weight, bias), projection, scales, scoreScale, heads, false);
    }
  }

  SelfAttention packed() {
    return new SelfAttention(
        qkv.packed(), projection.packed(), scales, scoreScale, heads, hasSmallScores());
  }

  /** A score of unit vectors is at most the query's scale. */
  private boolean hasSmallScores() {
    if (scales == null) {
      return false;
    }
    try (TensorScope scope = TensorScope.open()) {
      for (float scale : scales.to(Device.CPU).toFloats()) {
        if (!(scale <= Attention.SMALL_SCORE)) {
          return false;
        }
      }
      return true;
    }
  }

  /** (B, l, C), same out; {@code block} says whose part of the cache is used. */
  Tensor forward(Tensor x, int block, AttentionContext context) {
    try (TensorScope scope = TensorScope.open()) {
      long batch = x.size(0);
      long length = x.size(1);
      Tensor packed = qkv.forward(x).reshape(batch, length, 3, heads, -1);
      KvCache cache = context.cache();
      Tensor attended =
          cache == null
              ? attend(packed, context.mask())
              : attend(packed, block, cache, context.start());
      return scope.keep(projection.forward(attended.transpose(1, 2).reshape(batch, length, -1)));
    }
  }

  /** (B, l, 3, H, d) among themselves, to (B, H, l, d); has a derivative. */
  private Tensor attend(Tensor packed, @Nullable Tensor mask) {
    Tensor queryAndKey = packed.narrow(2, 0, 2);
    if (scales != null) {
      Tensor exact = queryAndKey.to(DType.FLOAT32);
      queryAndKey = exact.mul(factor(exact, scales)).to(packed.dtype());
    }
    return Attention.attend(
        queryAndKey.select(2, 0).transpose(1, 2),
        queryAndKey.select(2, 1).transpose(1, 2),
        packed.select(2, 2).transpose(1, 2),
        mask,
        scoreScale);
  }

  /**
   * The same, also to everything that came before, in the memory of the cache and of {@code
   * packed}.
   */
  private Tensor attend(Tensor packed, int block, KvCache cache, long start) {
    if (scales != null) {
      Tensor queryAndKey = packed.narrow(2, 0, 2);
      Tensor exact = queryAndKey.to(DType.FLOAT32);
      Into.mul(exact, factor(exact, scales), queryAndKey);
    }
    long length = packed.size(1);
    cache.at(block, start, length).copyFrom(packed.narrow(2, 1, 2).permute(2, 0, 3, 1, 4));
    Tensor[] keysAndValues = Functional.unbind(cache.at(block, 0, start + length), 0);
    Tensor query = packed.select(2, 0).transpose(1, 2);
    return smallScores
        ? Attention.attendSmall(query, keysAndValues[0], keysAndValues[1])
        : Attention.attend(query, keysAndValues[0], keysAndValues[1], null, scoreScale);
  }

  /** What makes each query and key unit length, times their scales; (B, l, 2, H, 1) in float32. */
  private static Tensor factor(Tensor exact, Tensor scales) {
    return scales.div(Functional.maximum(Composed.norm(exact), Tensor.scalar(EPSILON)));
  }
}
