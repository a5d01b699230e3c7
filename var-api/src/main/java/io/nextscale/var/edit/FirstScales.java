package io.nextscale.var.edit;

import io.nextscale.var.scale.Scales;
import java.util.Arrays;

/**
 * Keeps the coarse scales whole and nothing of the finer ones: image refinement in FlexVAR.
 *
 * @param count how many scales are kept, at least 1
 */
public record FirstScales(int count) implements KeptTokens {
  /** Checks the number. */
  public FirstScales {
    if (count < 1) {
      throw new IllegalArgumentException("kept scales " + count + ": at least 1");
    }
  }

  @Override
  public boolean[] at(Scales scales, int k) {
    boolean[] result = new boolean[scales.get(k).tokens()];
    Arrays.fill(result, k < count);
    return result;
  }
}
