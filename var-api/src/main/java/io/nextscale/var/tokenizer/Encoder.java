package io.nextscale.var.tokenizer;

import io.nextscale.var.checkpoint.WeightReader;
import io.nextscale.var.config.TokenizerConfig;
import io.nextscale.var.nn.Stages;

/**
 * Reads the encoder, which maps an image (B, 3, H, W) in [-1, 1] to a latent (B, z, H/d, W/d)
 * ({@code Encoder} of VAR's {@code models/basic_vae.py} and FlexVAR's {@code models/vq_llama.py}).
 */
final class Encoder {
  private Encoder() {}

  /** Reads all stages, from the highest resolution to the lowest. */
  static Stages read(WeightReader reader, TokenizerConfig config) {
    StageReader stages = new StageReader(config, 3);
    stages.conv(reader.at("conv_in"), config.baseChannels());
    int lowest = config.levels() - 1;
    for (int i = 0; i <= lowest; i++) {
      WeightReader level = reader.at(config.layout().encoderLevel(i));
      boolean attention = i == lowest && config.lowAttention();
      stages.level(level, config.residualBlocks(), config.encoderChannels(i), attention);
      if (i < lowest) {
        stages.downsample(level.at("downsample.conv"));
      }
    }
    stages.middle(reader.at("mid"));
    return stages.end(reader, config.latentChannels());
  }
}
