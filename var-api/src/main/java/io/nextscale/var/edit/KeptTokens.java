package io.nextscale.var.edit;

import io.nextscale.var.scale.Scales;

/** Selects the tokens of an edited image that are forced on a generation. */
public sealed interface KeptTokens permits EditMask, FirstScales {
  /**
   * Selects the tokens of scale k.
   *
   * @return l_k entries, row-major; true keeps the image's own token
   */
  boolean[] at(Scales scales, int k);

  /**
   * Selects the tokens of all scales.
   *
   * @return L entries, scale after scale
   */
  default boolean[] atAll(Scales scales) {
    boolean[] all = new boolean[scales.tokens()];
    for (int k = 0; k < scales.count(); k++) {
      boolean[] here = at(scales, k);
      System.arraycopy(here, 0, all, scales.start(k), here.length);
    }
    return all;
  }
}
