package io.nextscale.var.tokenizer;

import io.nextscale.torch.Tensor;
import io.nextscale.var.checkpoint.WeightReader;
import org.jspecify.annotations.Nullable;

/** Residual block, attention, residual block at the lowest resolution. */
record Middle(ResidualBlock first, @Nullable AttentionBlock attention, ResidualBlock second) {

  static Middle read(WeightReader reader, TokenizerConfig config, int channels) {
    TokenizerLayout names = config.layout();
    return new Middle(
        ResidualBlock.read(reader.at(names.middle(0)), config, channels, channels),
        config.middleAttention()
            ? AttentionBlock.read(reader.at(names.middle(1)), config, channels)
            : null,
        ResidualBlock.read(reader.at(names.middle(2)), config, channels, channels));
  }

  Tensor forward(Tensor x) {
    Tensor h = first.forward(x);
    return second.forward(attention == null ? h : attention.forward(h));
  }
}
