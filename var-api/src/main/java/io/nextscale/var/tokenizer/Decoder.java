package io.nextscale.var.tokenizer;

import io.nextscale.torch.Functional;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.checkpoint.WeightReader;
import io.nextscale.var.nn.Conv2d;
import io.nextscale.var.nn.GroupNorm;
import java.util.ArrayList;
import java.util.List;

/**
 * Quantized latent to picture (the {@code Decoder} of VAR's {@code models/basic_vae.py} and
 * FlexVAR's {@code models/vq_llama.py}).
 *
 * @param levels in the order they run: from the lowest resolution to the highest
 */
record Decoder(
    Conv2d convIn, Middle middle, List<Level> levels, GroupNorm normOut, Conv2d convOut) {

  static Decoder read(WeightReader reader, TokenizerConfig config) {
    int last = config.levels() - 1;
    List<Level> levels = new ArrayList<>();
    int in = config.decoderChannels(last);
    for (int i = last; i >= 0; i--) {
      WeightReader level = reader.at(config.layout().decoderLevel(i, config.levels()));
      int out = config.decoderChannels(i);
      Conv2d up = i == 0 ? null : Conv2d.read(level.at("upsample.conv"), out, out, 3);
      boolean attention = i == last && config.lowAttention();
      levels.add(Level.read(level, config, config.residualBlocks() + 1, in, out, attention, up));
      in = out;
    }
    return new Decoder(
        Conv2d.read(reader.at("conv_in"), config.latentChannels(), config.decoderChannels(last), 3),
        Middle.read(reader.at("mid"), config, config.decoderChannels(last)),
        levels,
        GroupNorm.read(reader.at("norm_out"), in, config.normGroups(), config.normEpsilon()),
        Conv2d.read(reader.at("conv_out"), in, 3, 3));
  }

  /** (B, z, h, w) to (B, 3, h·d, w·d), nominally in [-1, 1], not clamped. */
  Tensor forward(Tensor latent) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor h = middle.forward(convIn.forward(latent));
      for (Level level : levels) {
        Tensor before = h;
        h = level.forward(h);
        before.close();
        if (level.resample() != null) {
          Tensor small = h;
          try (TensorScope step = TensorScope.open()) {
            h = step.keep(level.resample().forward(Functional.upsampleNearest2d(small, 2)));
          }
          small.close();
        }
      }
      return scope.keep(convOut.forwardActivated(normOut, h));
    }
  }
}
