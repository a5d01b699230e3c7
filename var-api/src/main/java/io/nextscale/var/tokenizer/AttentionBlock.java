package io.nextscale.var.tokenizer;

import io.nextscale.torch.Functional;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.checkpoint.WeightReader;
import io.nextscale.var.config.TokenizerConfig;
import io.nextscale.var.nn.Attention;
import io.nextscale.var.nn.Conv2d;
import io.nextscale.var.nn.GroupNorm;
import io.nextscale.var.nn.Stage;
import java.util.List;
import java.util.stream.Stream;

/**
 * Adds one head of attention over all pixels to its input ({@code AttnBlock} of VAR's {@code
 * models/basic_vae.py} and FlexVAR's {@code models/vq_llama.py}).
 *
 * @param qkv 1×1 convolution to query, key and value, 3·C channels
 * @param projection 1×1 convolution of the attended values
 */
record AttentionBlock(GroupNorm norm, Conv2d qkv, Conv2d projection, Attention attention)
    implements Stage {

  static AttentionBlock read(WeightReader reader, TokenizerConfig config, int channels) {
    Conv2d qkv =
        config.layout().joinedAttention()
            ? Conv2d.read(reader.at("qkv"), channels, 3L * channels, 1)
            : readJoined(reader, channels);
    return new AttentionBlock(
        GroupNorm.read(reader.at("norm"), channels, config.normGroups(), config.normEpsilon()),
        qkv,
        Conv2d.read(reader.at("proj_out"), channels, channels, 1),
        Attention.of(qkv.weight().dtype(), qkv.weight().device()));
  }

  /** Reads the convolutions to query, key and value and joins them: their input is the same. */
  private static Conv2d readJoined(WeightReader reader, int channels) {
    try (TensorScope scope = TensorScope.open()) {
      List<Conv2d> parts =
          Stream.of("q", "k", "v")
              .map(name -> Conv2d.read(reader.at(name), channels, channels, 1))
              .toList();
      return new Conv2d(
          scope.keep(Functional.cat(parts.stream().map(Conv2d::weight).toList(), 0)),
          scope.keep(Functional.cat(parts.stream().map(Conv2d::bias).toList(), 0)),
          1,
          0);
    }
  }

  /** Maps (B, C, h, w) to (B, C, h, w). */
  @Override
  public Tensor forward(Tensor x) {
    try (TensorScope scope = TensorScope.open()) {
      long batch = x.size(0);
      long channels = x.size(1);
      Tensor joined = qkv.forward(norm.forward(x)).reshape(batch, 3, channels, -1);
      Tensor pixels = joined.permute(1, 0, 3, 2).unsqueeze(2); // (3, B, 1, h·w, C)
      Tensor[] parts = Functional.unbind(pixels.contiguous(), 0);
      double scale = 1 / Math.sqrt(channels);
      Tensor attended = attention.attend(parts[0], parts[1], parts[2], null, scale);
      Tensor map = attended.transpose(2, 3).reshape(batch, channels, x.size(2), x.size(3));
      return scope.keep(x.add(projection.forward(map)));
    }
  }
}
