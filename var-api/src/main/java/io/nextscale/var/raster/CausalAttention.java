package io.nextscale.var.raster;

import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.Functional;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.checkpoint.WeightReader;
import io.nextscale.var.config.TransformerConfig;
import io.nextscale.var.nn.Attention;
import io.nextscale.var.nn.DenseLinear;
import io.nextscale.var.nn.FusedAttention;
import io.nextscale.var.nn.LayerForm;
import io.nextscale.var.nn.Linear;
import io.nextscale.var.transformer.MixerState;
import io.nextscale.var.transformer.Pass;

/**
 * Attention of each position to itself and all earlier ones, without biases ({@code Attention} in
 * LlamaGen's {@code gpt.py}).
 *
 * @param qkv {@code wqkv}, maps to query, key and value, C to 3·C
 * @param projection {@code wo}, maps the joined heads, C to C
 * @param heads H
 * @param keyType element type of keys and values
 * @param attention computes softmax(scale · query · keyᵀ + mask) · value
 */
record CausalAttention(
    Linear qkv, Linear projection, int heads, DType keyType, Attention attention) {
  private static final int KEYS = 0; // parts of the state
  private static final int VALUES = 1;

  static CausalAttention read(WeightReader reader, TransformerConfig config) {
    int width = config.width();
    reader.ignore("kv_cache.k_cache"); // of a model that generated before it was saved
    reader.ignore("kv_cache.v_cache");
    Tensor qkv = reader.at("wqkv").read("weight", 3L * width, width);
    Tensor projection = reader.at("wo").read("weight", width, width);
    return new CausalAttention(
        new DenseLinear(qkv, null),
        new DenseLinear(projection, null),
        config.heads(),
        qkv.dtype(),
        new FusedAttention());
  }

  CausalAttention map(LayerForm form, Device device) {
    return new CausalAttention(
        form.ofBlock(qkv),
        form.ofBlock(projection),
        heads,
        form.keyType(qkv.dtype(), device),
        form.attention(attention, Double.POSITIVE_INFINITY));
  }

  /**
   * Computes (B, l, C) from normalized hidden states (B, l, C).
   *
   * @param rotation of their positions
   */
  Tensor forward(Tensor x, GridRotation rotation, Pass pass, MixerState state) {
    try (TensorScope scope = TensorScope.open()) {
      long batch = x.size(0);
      long length = x.size(1);
      Tensor joined = qkv.forward(x).to(keyType).reshape(batch, length, 3, heads, -1);
      Tensor turned = rotation.apply(joined.narrow(2, 0, 2)).to(keyType);
      Tensor[] split = Functional.unbind(turned.permute(2, 0, 3, 1, 4), 0); // (B, H, l, d)
      Tensor value = joined.select(2, 2).transpose(1, 2);
      Tensor attended =
          attention.attend(
              split[0],
              state.extend(KEYS, split[1]),
              state.extend(VALUES, value),
              pass.mask(),
              1 / Math.sqrt(joined.size(4)));
      return scope.keep(projection.forward(attended.transpose(1, 2).reshape(batch, length, -1)));
    }
  }
}
