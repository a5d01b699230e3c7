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
 * Image to continuous latent (the {@code Encoder} of VAR's {@code models/basic_vae.py} and
 * FlexVAR's {@code models/vq_llama.py}).
 *
 * @param levels from the highest resolution to the lowest
 * @param downsamplings after each level but the last
 */
record Encoder(
    Conv2d convIn,
    List<Level> levels,
    List<Conv2d> downsamplings,
    Middle middle,
    GroupNorm normOut,
    Conv2d convOut) {

  static Encoder read(WeightReader reader, TokenizerConfig config) {
    int last = config.levels() - 1;
    List<Level> levels = new ArrayList<>();
    List<Conv2d> downsamplings = new ArrayList<>();
    int in = config.baseChannels();
    for (int i = 0; i <= last; i++) {
      WeightReader level = reader.at(config.layout().encoderLevel(i));
      int out = config.encoderChannels(i);
      if (i < last) {
        downsamplings.add(Conv2d.read(level.at("downsample.conv"), out, out, 3, 2, 0));
      }
      boolean attention = i == last && config.lowAttention();
      levels.add(Level.read(level, config, config.residualBlocks(), in, out, attention));
      in = out;
    }
    return new Encoder(
        Conv2d.read(reader.at("conv_in"), 3, config.baseChannels(), 3),
        levels,
        downsamplings,
        Middle.read(reader.at("mid"), config, in),
        GroupNorm.read(reader.at("norm_out"), in, config.normGroups(), config.normEpsilon()),
        Conv2d.read(reader.at("conv_out"), in, config.latentChannels(), 3));
  }

  /** (B, 3, H, W) in [-1, 1] to (B, z, H/d, W/d). */
  Tensor forward(Tensor image) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor h = convIn.forward(image);
      for (int i = 0; i < levels.size(); i++) {
        h = levels.get(i).forward(h);
        if (i < downsamplings.size()) {
          Tensor large = h;
          Tensor padded = Functional.pad(large, 0, 1, 0, 1);
          large.close();
          h = downsamplings.get(i).forward(padded);
          padded.close();
        }
      }
      h = middle.forward(h);
      return scope.keep(convOut.forwardActivated(normOut, h));
    }
  }
}
