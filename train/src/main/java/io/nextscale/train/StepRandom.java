package io.nextscale.train;

import java.util.SplittableRandom;

/** Random numbers that depend on the seed, what they are for and the step alone. */
public final class StepRandom {
  private StepRandom() {}

  /**
   * The stream of one purpose at one step.
   *
   * @param purpose a name; another one, another stream
   */
  public static SplittableRandom of(long seed, String purpose, long step) {
    SplittableRandom ofPurpose = new SplittableRandom(seed * 31 + purpose.hashCode());
    return new SplittableRandom(ofPurpose.nextLong() + step * 0x9E3779B97F4A7C15L);
  }
}
