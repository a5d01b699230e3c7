package io.nextscale.var.transformer;

import io.nextscale.var.scale.Scales;
import org.jspecify.annotations.Nullable;

/**
 * The first scales of a run in float32, where a transformer computes in another type: a token that
 * falls the other way there changes the whole image, one of a later scale a detail of it.
 *
 * @param transformer a {@link VarTransformer#withExactBlocks twin} of the one that goes on
 * @param count how many scales; none for those of at most {@value #SMALL} tokens, which take hardly
 *     longer so: their products wait for the weights
 */
public record ExactStart(VarTransformer transformer, @Nullable Integer count) {
  static final int SMALL = 16;

  /** How many of a run's scales. */
  public int of(Scales scales) {
    return count(scales, count);
  }

  static int count(Scales scales, @Nullable Integer asked) {
    if (asked != null) {
      return Math.min(asked, scales.count());
    }
    int small = 0;
    while (small < scales.count() && scales.get(small).tokens() <= SMALL) {
      small++;
    }
    return small;
  }
}
