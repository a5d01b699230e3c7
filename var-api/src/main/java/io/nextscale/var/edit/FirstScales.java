package io.nextscale.var.edit;

import io.nextscale.var.scale.Scales;
import java.util.Arrays;

/**
 * Keeps the first scales whole and nothing of the others (FlexVAR: image refinement).
 *
 * @param count number of kept scales, at least 1
 */
public record FirstScales(int count) implements KeptTokens {
  /**
   * Checks the number of scales.
   *
   * @throws IllegalArgumentException if it is below 1
   */
  public FirstScales {
    if (count < 1) {
      throw new IllegalArgumentException("kept scales %s: expected 1 and more".formatted(count));
    }
  }

  @Override
  public boolean[] at(Scales scales, int k) {
    boolean[] result = new boolean[scales.get(k).tokens()];
    Arrays.fill(result, k < count);
    return result;
  }
}
