package io.nextscale.train.adversary;

import io.nextscale.torch.DType;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.checkpoint.WeightReader;
import io.nextscale.var.nn.Conv2d;
import java.util.ArrayList;
import java.util.List;

/**
 * One logit for each of many overlapping patches of an image ({@code NLayerDiscriminator} in {@code
 * discriminator/model.py} of VQGAN, with another normalisation).
 *
 * @param first halves the image; not normalised
 * @param blocks all but the last halve it again
 * @param last to one channel
 */
record PatchNetwork(Conv2d first, List<PatchBlock> blocks, Conv2d last) {
  static final int COLOURS = 3;

  static PatchNetwork read(WeightReader reader, PatchConfig config) {
    Conv2d first = conv(reader.at("first"), COLOURS, config.width(0), 2);
    List<PatchBlock> blocks = new ArrayList<>();
    for (int level = 1; level <= config.levels(); level++) {
      WeightReader at = reader.at("blocks." + (level - 1));
      int stride = level < config.levels() ? 2 : 1;
      int in = config.width(level - 1);
      blocks.add(PatchBlock.read(at, in, config.width(level), stride, config.groups()));
    }
    Conv2d last = conv(reader.at("last"), config.width(config.levels()), 1, 1);
    return new PatchNetwork(first, List.copyOf(blocks), last);
  }

  private static Conv2d conv(WeightReader reader, int in, int out, int stride) {
    return Conv2d.read(reader, in, out, PatchBlock.KERNEL, stride, PatchBlock.PADDING);
  }

  /** Images (B, 3, h, w) to logits (B, 1, h', w') in float32; positive: held to be true. */
  Tensor forward(Tensor images) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor x = PatchBlock.leakyRelu(first.forward(images)); // (B, channels, h/2, w/2)
      for (PatchBlock block : blocks) {
        x = block.forward(x);
      }
      return scope.keep(last.forward(x).to(DType.FLOAT32));
    }
  }
}
