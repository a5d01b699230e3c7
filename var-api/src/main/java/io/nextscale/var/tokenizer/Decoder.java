package io.nextscale.var.tokenizer;

import io.nextscale.var.checkpoint.WeightReader;
import io.nextscale.var.config.TokenizerConfig;
import io.nextscale.var.nn.Stages;

/**
 * Reads the decoder, which maps a quantized latent (B, z, h, w) to an image (B, 3, h·d, w·d),
 * nominally in [-1, 1] and not clamped ({@code Decoder} of VAR's {@code models/basic_vae.py} and
 * FlexVAR's {@code models/vq_llama.py}).
 */
final class Decoder {
  private Decoder() {}

  /** Reads all stages, from the lowest resolution to the highest. */
  static Stages read(WeightReader reader, TokenizerConfig config) {
    int lowest = config.levels() - 1;
    StageReader stages = new StageReader(config, config.latentChannels());
    stages.conv(reader.at("conv_in"), config.decoderChannels(lowest));
    stages.middle(reader.at("mid"));
    for (int i = lowest; i >= 0; i--) {
      WeightReader level = reader.at(config.layout().decoderLevel(i, config.levels()));
      boolean attention = i == lowest && config.lowAttention();
      stages.level(level, config.residualBlocks() + 1, config.decoderChannels(i), attention);
      if (i > 0) {
        stages.upsample(level.at("upsample.conv"));
      }
    }
    return stages.end(reader, 3);
  }
}
