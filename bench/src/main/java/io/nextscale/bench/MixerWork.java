package io.nextscale.bench;

import io.nextscale.var.config.Mamba2Config;
import io.nextscale.var.config.MixerConfig;
import io.nextscale.var.config.TransformerConfig;

/**
 * Counts what the mixers of a network do besides their linear layers, for one row of the batch:
 * products of queries with keys and of scores with values in an attention, convolution and
 * recurrence in a Mamba-2 layer.
 */
final class MixerWork {
  private MixerWork() {}

  /**
   * Counts the multiply-adds of all blocks for tokens that are computed at once.
   *
   * @param tokens their number
   * @param before number of tokens before them
   */
  static double multiplyAdds(TransformerConfig config, double tokens, double before) {
    double block = 0;
    for (MixerConfig mixer : config.mixers()) {
      block +=
          switch (mixer) {
            case MixerConfig.Attention attention -> 2 * tokens * (before + tokens) * config.width();
            case MixerConfig.ScaleAttention attention -> 2 * tokens * tokens * config.width();
            case MixerConfig.Mamba2 mamba -> tokens * perToken(mamba.layer());
          };
    }
    return config.depth() * block;
  }

  /**
   * The convolution, the new state S + Δx · Bᵀ and its product with C. Products within chunks,
   * which an implementation may prefer to steps of one token, are more.
   */
  private static double perToken(Mamba2Config layer) {
    double convolution = (double) layer.kernel() * layer.convWidth();
    return convolution + 2.0 * layer.stateWidth() * layer.innerWidth();
  }
}
