package io.nextscale.var.tokenizer;

import io.nextscale.var.checkpoint.WeightReader;
import io.nextscale.var.config.QuantizerConfig;
import java.util.ArrayList;
import java.util.List;

/**
 * The φ of a residual quantizer. A scale uses the φ whose tick is nearest to k/(K−1) ({@code
 * PhiPartiallyShared} in {@code models/quant.py}).
 *
 * @param all the shared φ, or one for each scale
 */
record PhiChoice(List<Phi> all) {

  static PhiChoice read(
      WeightReader reader, int codeWidth, QuantizerConfig.Residual config, int scales) {
    int count = config.sharedPhis().orElse(scales);
    List<Phi> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      all.add(Phi.read(reader.at(name(config, i)), codeWidth, config.phiRatio()));
    }
    return new PhiChoice(all);
  }

  /** Names a φ as the official classes do: PhiNonShared, PhiShared, PhiPartiallyShared. */
  private static String name(QuantizerConfig.Residual config, int index) {
    if (config.sharedPhis().isEmpty()) {
      return Integer.toString(index);
    }
    return config.sharedPhis().getAsInt() == 1 ? "qresi" : "qresi_ls." + index;
  }

  /** Returns the φ of scale k. */
  Phi of(int k, int scales) {
    return all.get(index(all.size(), k, scales));
  }

  /**
   * Returns the index of the φ of scale k. Some scales lie halfway between two ticks, where the
   * last bit of double arithmetic decides in the official code; so ticks are computed in the order
   * of operations of numpy's {@code linspace}.
   */
  static int index(int count, int k, int scales) {
    if (count == 1 || scales == 1) {
      return 0;
    }
    double at = (double) k / (scales - 1);
    double inset = count == 4 ? 1.0 / 3 / count : 1.0 / 2 / count;
    double stop = 1 - inset;
    double step = (stop - inset) / (count - 1);
    int nearest = 0;
    double least = Double.POSITIVE_INFINITY;
    for (int i = 0; i < count; i++) {
      double tick = i == count - 1 ? stop : i * step + inset;
      double distance = Math.abs(tick - at);
      if (distance < least) {
        least = distance;
        nearest = i;
      }
    }
    return nearest;
  }
}
