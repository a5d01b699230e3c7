package io.nextscale.var.transformer;

import io.nextscale.torch.Composed;
import io.nextscale.torch.DType;
import io.nextscale.torch.Functional;
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
 */
record SelfAttention(
    Linear qkv, Linear projection, @Nullable Tensor scales, double scoreScale, int heads) {
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
      return new SelfAttention(new Linear(weight, bias), projection, scales, scoreScale, heads);
    }
  }

  SelfAttention packed() {
    return new SelfAttention(qkv.packed(), projection.packed(), scales, scoreScale, heads);
  }

  /** (B, l, C), same out; {@code block} says whose part of the cache is used. */
  Tensor forward(Tensor x, int block, AttentionContext context) {
    try (TensorScope scope = TensorScope.open()) {
      long batch = x.size(0);
      long length = x.size(1);
      Tensor packed = qkv.forward(x).reshape(batch, length, 3, heads, -1);
      Tensor attended = attend(normalize(packed), block, context);
      return scope.keep(projection.forward(attended.transpose(1, 2).reshape(batch, length, -1)));
    }
  }

  /**
   * Query, key and value, each (B, l, H, d).
   *
   * @param keyFactor what the key is still to be multiplied by, or none
   */
  private record Heads(Tensor query, Tensor key, @Nullable Tensor keyFactor, Tensor value) {}

  /** Query and key of (B, l, 3, H, d) to unit length, times their scales; in float32. */
  private Heads normalize(Tensor packed) {
    Tensor value = packed.select(2, 2);
    if (scales == null) {
      return new Heads(packed.select(2, 0), packed.select(2, 1), null, value);
    }
    Tensor exact = packed.narrow(2, 0, 2).to(DType.FLOAT32);
    Tensor norm = Functional.maximum(Composed.norm(exact), Tensor.scalar(EPSILON));
    Tensor factor = scales.div(norm);
    Tensor query = exact.select(2, 0).mul(factor.select(2, 0)).to(packed.dtype());
    return new Heads(query, exact.select(2, 1), factor.select(2, 1), value);
  }

  private Tensor attend(Heads parts, int block, AttentionContext context) {
    Tensor query = parts.query().transpose(1, 2); // (B, H, l, d)
    KvCache cache = context.cache();
    if (cache == null) {
      Tensor factor = parts.keyFactor();
      Tensor key = factor == null ? parts.key() : parts.key().mul(factor).to(query.dtype());
      return Attention.attend(
          query, key.transpose(1, 2), parts.value().transpose(1, 2), context.mask(), scoreScale);
    }
    long start = context.start();
    long length = query.size(2);
    write(parts.key(), parts.keyFactor(), cache.keys(block, start, length).transpose(1, 2));
    write(parts.value(), null, cache.values(block, start, length).transpose(1, 2));
    return Attention.attend(
        query,
        cache.keys(block, 0, start + length),
        cache.values(block, 0, start + length),
        context.mask(),
        scoreScale);
  }

  private static void write(Tensor source, @Nullable Tensor factor, Tensor target) {
    if (factor == null) {
      target.copyFrom(source);
    } else if (source.dtype() == target.dtype()) {
      Functional.mulInto(source, factor, target);
    } else {
      target.copyFrom(source.mul(factor));
    }
  }
}
