package io.nextscale.var.tokenizer;

import io.nextscale.var.checkpoint.WeightReader;
import io.nextscale.var.config.TokenizerConfig;
import io.nextscale.var.config.TokenizerLayout;
import io.nextscale.var.nn.Conv2d;
import io.nextscale.var.nn.Downsample2x;
import io.nextscale.var.nn.GroupNorm;
import io.nextscale.var.nn.NormSilu;
import io.nextscale.var.nn.Stage;
import io.nextscale.var.nn.Stages;
import io.nextscale.var.nn.Upsample2x;
import java.util.ArrayList;
import java.util.List;

/** Reads the stages of an encoder or decoder in the order of execution. */
final class StageReader {
  private final TokenizerConfig config;
  private final List<Stage> stages = new ArrayList<>();
  private int channels;

  /**
   * Begins a network.
   *
   * @param channels channels of its input
   */
  StageReader(TokenizerConfig config, int channels) {
    this.config = config;
    this.channels = channels;
  }

  /** Reads a 3×3 convolution to {@code out} channels. */
  void conv(WeightReader reader, int out) {
    stages.add(Conv2d.read(reader, channels, out, 3));
    channels = out;
  }

  /**
   * Reads the residual blocks of one resolution.
   *
   * @param count number of blocks; the first changes the channels to {@code out}
   * @param attention whether attention follows each block
   */
  void level(WeightReader reader, int count, int out, boolean attention) {
    for (int i = 0; i < count; i++) {
      residual(reader.at(config.layout().block(i)), out);
      if (attention) {
        attention(reader.at("attn." + i));
      }
    }
  }

  /** Reads the middle, at the lowest resolution: residual block, attention, residual block. */
  void middle(WeightReader reader) {
    TokenizerLayout layout = config.layout();
    residual(reader.at(layout.middle(0)), channels);
    if (config.middleAttention()) {
      attention(reader.at(layout.middle(1)));
    }
    residual(reader.at(layout.middle(2)), channels);
  }

  /** Reads a stage that halves the resolution. */
  void downsample(WeightReader reader) {
    stages.add(Downsample2x.read(reader, channels));
  }

  /** Reads a stage that doubles the resolution. */
  void upsample(WeightReader reader) {
    stages.add(Upsample2x.read(reader, channels));
  }

  /**
   * Reads the end of the network, {@code norm_out} and {@code conv_out}, to {@code out} channels.
   */
  Stages end(WeightReader reader, int out) {
    stages.add(normSilu(reader.at("norm_out"), channels, config));
    conv(reader.at("conv_out"), out);
    return new Stages(stages);
  }

  private void residual(WeightReader reader, int out) {
    stages.add(ResidualBlock.read(reader, config, channels, out));
    channels = out;
  }

  private void attention(WeightReader reader) {
    stages.add(AttentionBlock.read(reader, config, channels));
  }

  /** Reads a group norm with SiLU. */
  static NormSilu normSilu(WeightReader reader, int channels, TokenizerConfig config) {
    return new NormSilu(
        GroupNorm.read(reader, channels, config.normGroups(), config.normEpsilon()));
  }
}
