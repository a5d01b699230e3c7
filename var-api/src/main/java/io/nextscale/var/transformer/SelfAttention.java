package io.nextscale.var.transformer;

import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.Functional;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.checkpoint.WeightReader;
import io.nextscale.var.config.TransformerConfig;
import io.nextscale.var.nn.Attention;
import io.nextscale.var.nn.DenseLinear;
import io.nextscale.var.nn.LayerForm;
import io.nextscale.var.nn.Linear;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Multi-head self-attention ({@code SelfAttention} in {@code models/basic_var.py}).
 *
 * @param qkv maps to query, key and value, C to 3·C; the key's part of the bias is zero by design
 * @param projection {@code proj}, maps the joined heads, C to C
 * @param scaleMul multiplies the normalized query and key, float32 (1, 1, 2, H, 1), the key's half
 *     all ones; none if query and key are not normalized
 * @param scoreScale multiplies query·key
 * @param heads H
 * @param attention computes softmax(scale · query · keyᵀ + mask) · value
 * @param reach the tokens that a token sees
 */
record SelfAttention(
    Linear qkv,
    Linear projection,
    @Nullable Tensor scaleMul,
    double scoreScale,
    int heads,
    Attention attention,
    AttentionReach reach)
    implements Mixer {
  // max_scale_mul: the learned scale is at most 100
  private static final double LARGEST_LOG_SCALE = Math.log(100);
  private static final double EPSILON = 1e-12; // F.normalize's guard against division by zero

  static SelfAttention read(WeightReader reader, TransformerConfig config, AttentionReach reach) {
    int width = config.width();
    int heads = config.heads();
    reader.ignore("zero_k_bias"); // a buffer of zeros: the key has no bias
    reader.ignore("patch_nums"); // M-VAR's buffer of the tokens of each scale
    Tensor weight = reader.at("mat_qkv").read("weight", 3L * width, width);
    Linear projection = Linear.read(reader.at("proj"), width, width);
    try (TensorScope scope = TensorScope.open()) {
      Tensor q = reader.read("q_bias", width);
      Tensor v = reader.read("v_bias", width);
      Tensor k = Tensor.zeros(q.dtype(), q.device(), width);
      Linear qkv = new DenseLinear(weight, scope.keep(Functional.cat(List.of(q, k, v), 0)));
      Tensor scaleMul = null;
      if (config.normalizedAttention()) {
        scaleMul =
            scope.keep(scaleMul(reader.as(DType.FLOAT32).read("scale_mul_1H11", 1, heads, 1, 1)));
      }
      double scoreScale = config.normalizedAttention() ? 1 : 0.25 / Math.sqrt(config.headWidth());
      Attention attention = Attention.of(weight.dtype(), weight.device());
      return new SelfAttention(qkv, projection, scaleMul, scoreScale, heads, attention, reach);
    }
  }

  /** Computes the scales of query and key from the query's logarithms (1, H, 1, 1). */
  private static Tensor scaleMul(Tensor logarithms) {
    Tensor bounded = Functional.minimum(logarithms, Tensor.scalar(LARGEST_LOG_SCALE));
    Tensor query = Functional.exp(bounded).reshape(1, 1, 1, -1, 1);
    Tensor key = Tensor.full(1, query.dtype(), query.device(), query.shape());
    return Functional.cat(List.of(query, key), 2);
  }

  @Override
  public DType dtype() {
    return qkv.dtype();
  }

  @Override
  public boolean needsMask() {
    return reach == AttentionReach.EARLIER_SCALES;
  }

  @Override
  public SelfAttention map(LayerForm form) {
    return new SelfAttention(
        form.ofBlock(qkv),
        form.ofBlock(projection),
        scaleMul,
        scoreScale,
        heads,
        form.attention(attention, largestScore()),
        reach);
  }

  /** Returns a bound of the scores: that of unit vectors is at most the query's scale. */
  private double largestScore() {
    if (scaleMul == null) {
      return Double.POSITIVE_INFINITY;
    }
    try (TensorScope scope = TensorScope.open()) {
      double largest = 0;
      for (float scale : scaleMul.to(Device.CPU).toFloats()) {
        largest = Math.max(largest, Math.abs(scale));
      }
      return largest;
    }
  }

  @Override
  public Tensor forward(Tensor x, Pass pass, MixerState state) {
    try (TensorScope scope = TensorScope.open()) {
      long batch = x.size(0);
      long length = x.size(1);
      Tensor joined = qkv.forward(x).reshape(batch, length, 3, heads, -1);
      Tensor queryAndKey = normalize(joined.narrow(2, 0, 2));
      Tensor[] split = Functional.unbind(queryAndKey.permute(2, 0, 3, 1, 4), 0); // (B, H, l, d)
      Tensor value = joined.select(2, 2).transpose(1, 2);
      AttentionReach.Heads all = (q, k, v, mask) -> attention.attend(q, k, v, mask, scoreScale);
      Tensor attended = reach.attend(all, split[0], split[1], value, pass, state);
      return scope.keep(projection.forward(attended.transpose(1, 2).reshape(batch, length, -1)));
    }
  }

  /** Brings query and key (B, l, 2, H, d) to unit length times their scales, in float32. */
  private Tensor normalize(Tensor queryAndKey) {
    if (scaleMul == null) {
      return queryAndKey;
    }
    Tensor float32 = queryAndKey.to(DType.FLOAT32);
    Tensor norm = Functional.maximum(Functional.norm(float32), Tensor.scalar(EPSILON));
    return float32.mul(scaleMul.div(norm)).to(queryAndKey.dtype());
  }
}
