package io.nextscale.var.transformer;

import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.Tensor;
import io.nextscale.var.scale.Scale;
import io.nextscale.var.scale.Scales;
import org.jspecify.annotations.Nullable;

/**
 * What a scale's positions may attend to: either a cache with everything before them, or a mask
 * over all positions at once.
 *
 * @param start positions before this scale's, which the cache has
 */
public record AttentionContext(@Nullable KvCache cache, long start, @Nullable Tensor mask) {
  // a mask has as many numbers as the square of it
  private static final int LONGEST = 1 << 14;

  /**
   * Checks that scales are not too many for one masked pass.
   *
   * @throws IllegalArgumentException if they have more than 16384 tokens
   */
  public static void requireOnePass(Scales scales) {
    if (scales.tokens() > LONGEST) {
      throw new IllegalArgumentException(
          "scales of " + scales.tokens() + " tokens in one masked pass: at most " + LONGEST);
    }
  }

  /**
   * One scale at a time; all earlier scales are in the cache.
   *
   * @param start how many positions they have; this scale's are written behind them
   */
  static AttentionContext cached(KvCache cache, long start) {
    return new AttentionContext(cache, start, null);
  }

  /**
   * All scales in one pass; a position sees its own scale and all earlier ones.
   *
   * @param dtype of the queries
   * @throws IllegalArgumentException if the scales have more than 16384 tokens
   */
  public static AttentionContext masked(Scales scales, DType dtype, Device device) {
    requireOnePass(scales);
    int length = scales.tokens();
    float[] mask = new float[length * length];
    int row = 0;
    for (int k = 0; k < scales.count(); k++) {
      Scale scale = scales.get(k);
      int visible = scales.start(k) + scale.tokens();
      for (int i = 0; i < scale.tokens(); i++, row++) {
        for (int column = visible; column < length; column++) {
          mask[row * length + column] = Float.NEGATIVE_INFINITY;
        }
      }
    }
    Tensor tensor = Tensor.of(mask, 1, 1, length, length).to(dtype).to(device);
    return new AttentionContext(null, 0, tensor);
  }
}
