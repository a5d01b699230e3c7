package io.nextscale.var.edit;

import io.nextscale.var.scale.Scales;

/** Which of an image's own tokens are forced on a generation. */
public sealed interface KeptTokens permits EditMask, FirstScales {
  /** What is kept at scale k: l_k entries, row-major. */
  boolean[] at(Scales scales, int k);

  /** What is kept at all scales, one after the other: L entries. */
  default boolean[] atAll(Scales scales) {
    boolean[] all = new boolean[scales.tokens()];
    for (int k = 0; k < scales.count(); k++) {
      boolean[] here = at(scales, k);
      System.arraycopy(here, 0, all, scales.start(k), here.length);
    }
    return all;
  }
}
