package io.nextscale.var.tokenizer;

import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.checkpoint.WeightReader;
import io.nextscale.var.nn.Conv2d;
import io.nextscale.var.nn.GroupNorm;
import io.nextscale.var.nn.Upsample2x;
import java.util.ArrayList;
import java.util.List;

/**
 * Quantized latent to image (the {@code Decoder} of VAR's {@code models/basic_vae.py} and FlexVAR's
 * {@code models/vq_llama.py}).
 *
 * @param levels in the order they run: from the lowest resolution to the highest
 * @param upsamplings after each level but the last
 */
record Decoder(
    Conv2d convIn,
    Middle middle,
    List<Level> levels,
    List<Upsample2x> upsamplings,
    GroupNorm normOut,
    Conv2d convOut) {

  static Decoder read(WeightReader reader, TokenizerConfig config) {
    int last = config.levels() - 1;
    List<Level> levels = new ArrayList<>();
    List<Upsample2x> upsamplings = new ArrayList<>();
    int in = config.decoderChannels(last);
    for (int i = last; i >= 0; i--) {
      WeightReader level = reader.at(config.layout().decoderLevel(i, config.levels()));
      int out = config.decoderChannels(i);
      boolean attention = i == last && config.lowAttention();
      levels.add(Level.read(level, config, config.residualBlocks() + 1, in, out, attention));
      if (i > 0) {
        upsamplings.add(Upsample2x.read(level.at("upsample.conv"), out));
      }
      in = out;
    }
    return new Decoder(
        Conv2d.read(reader.at("conv_in"), config.latentChannels(), config.decoderChannels(last), 3),
        Middle.read(reader.at("mid"), config, config.decoderChannels(last)),
        levels,
        upsamplings,
        GroupNorm.read(reader.at("norm_out"), in, config.normGroups(), config.normEpsilon()),
        Conv2d.read(reader.at("conv_out"), in, 3, 3));
  }

  /** The same decoder with {@link Upsample2x#fold folded} upsampling; frees what that replaces. */
  Decoder folded() {
    List<Upsample2x> folded = new ArrayList<>();
    for (Upsample2x plain : upsamplings) {
      Upsample2x fold = plain.fold();
      folded.add(fold);
      if (fold != plain) {
        plain.weight().close();
      }
    }
    return new Decoder(convIn, middle, levels, folded, normOut, convOut);
  }

  /** (B, z, h, w) to (B, 3, h·d, w·d), nominally in [-1, 1], not clamped. */
  Tensor forward(Tensor latent) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor h = middle.forward(convIn.forward(latent));
      for (int i = 0; i < levels.size(); i++) {
        h = levels.get(i).forward(h);
        if (i < upsamplings.size()) {
          Tensor small = h;
          h = upsamplings.get(i).forward(small);
          small.close();
        }
      }
      return scope.keep(convOut.forwardActivated(normOut, h));
    }
  }
}
