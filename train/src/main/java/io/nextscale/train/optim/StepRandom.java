package io.nextscale.train.optim;

import java.util.SplittableRandom;

/** Random numbers that depend on the seed, their purpose and the step alone. */
public final class StepRandom {
  private StepRandom() {}

  /**
   * The stream of one purpose at one step.
   *
   * @param purpose a name; another one, another stream
   */
  public static SplittableRandom of(long seed, String purpose, long step) {
    SplittableRandom ofPurpose = new SplittableRandom(seed * 31 + purpose.hashCode());
    // split: else a step could draw the values of the one before, moved by one
    return new SplittableRandom(ofPurpose.nextLong() + step).split();
  }
}
