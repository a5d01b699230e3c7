package io.nextscale.var.edit;

import io.nextscale.var.scale.Scales;

/**
 * Selects the given tokens that are forced on a generation. {@link EditMask} and {@link
 * FirstScales} are those of the published edits; a function of your own takes their place:
 *
 * <pre>{@code
 * KeptTokens coarse = (scales, k) -> { // keep scales of up to 5 × 5 tokens
 *   boolean[] keep = new boolean[scales.get(k).tokens()];
 *   Arrays.fill(keep, scales.get(k).tokens() <= 25);
 *   return keep;
 * };
 * }</pre>
 */
@FunctionalInterface
public interface KeptTokens {
  /**
   * Selects the tokens of scale k.
   *
   * @param scales of the generation
   * @param k index of the scale, from 0
   * @return l_k entries, row-major; true keeps the given token
   */
  boolean[] at(Scales scales, int k);

  /**
   * Selects the tokens of all scales.
   *
   * @return L entries, scale after scale
   * @throws IllegalArgumentException if {@link #at} gives another number of entries than its scale
   *     has tokens
   */
  default boolean[] atAll(Scales scales) {
    boolean[] all = new boolean[scales.tokens()];
    for (int k = 0; k < scales.count(); k++) {
      boolean[] here = at(scales, k);
      int length = scales.get(k).tokens();
      if (here.length != length) {
        throw new IllegalArgumentException(
            "kept tokens of scale %s (%s): %s entries, expected one for each of its %s tokens"
                .formatted(k, scales.get(k), here.length, length));
      }
      System.arraycopy(here, 0, all, scales.start(k), length);
    }
    return all;
  }
}
