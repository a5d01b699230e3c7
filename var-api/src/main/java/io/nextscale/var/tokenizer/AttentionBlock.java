package io.nextscale.var.tokenizer;

import io.nextscale.torch.Functional;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.checkpoint.WeightReader;
import io.nextscale.var.nn.Attention;
import io.nextscale.var.nn.Conv2d;
import io.nextscale.var.nn.GroupNorm;

/** One head of attention over all pixels, added to the input (VAR's {@code AttnBlock}). */
record AttentionBlock(GroupNorm norm, Conv2d qkv, Conv2d projection) {

  static AttentionBlock read(WeightReader reader, TokenizerConfig config, int channels) {
    return new AttentionBlock(
        GroupNorm.read(reader.at("norm"), channels, config.normGroups(), config.normEpsilon()),
        Conv2d.read(reader.at("qkv"), channels, 3L * channels, 1),
        Conv2d.read(reader.at("proj_out"), channels, channels, 1));
  }

  /** (B, C, h, w), same out. */
  Tensor forward(Tensor x) {
    try (TensorScope scope = TensorScope.open()) {
      long batch = x.size(0);
      long channels = x.size(1);
      Tensor packed = qkv.forward(norm.forward(x)).reshape(batch, 3, channels, -1);
      Tensor all = packed.permute(1, 0, 3, 2).unsqueeze(2); // (3, B, 1, hw, C)
      Tensor[] parts = Functional.unbind(all.contiguous(), 0);
      double scale = 1 / Math.sqrt(channels);
      Tensor mixed = Attention.attend(parts[0], parts[1], parts[2], null, scale);
      Tensor back = mixed.transpose(2, 3).reshape(batch, channels, x.size(2), x.size(3));
      return scope.keep(x.add(projection.forward(back)));
    }
  }
}
