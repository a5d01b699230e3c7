package io.nextscale.train.run;

import java.util.Arrays;
import java.util.function.LongFunction;

/** How long a step of a training takes here, so that a number of steps fits a number of minutes. */
public final class StepTime {
  private static final int TRIED = 16;
  // evaluations, sheets and states
  private static final double BESIDE_STEPS = 1.06;

  private StepTime() {}

  /**
   * The number of steps that about fill a time. Some steps are taken of a training that is thrown
   * away.
   *
   * @param make a training of so many steps
   * @return at least {@value #TRIED}
   */
  public static long stepsIn(double seconds, LongFunction<? extends Training> make) {
    double[] taken = new double[TRIED];
    try (Training trial = make.apply(TRIED)) {
      for (int step = 0; step < TRIED; step++) {
        long start = System.nanoTime();
        trial.step(step);
        taken[step] = (System.nanoTime() - start) / 1e9;
      }
    }
    // the first ones prepare kernels
    double[] steady = Arrays.copyOfRange(taken, TRIED / 2, TRIED);
    double mean = Arrays.stream(steady).average().orElseThrow();
    return Math.max(TRIED, (long) (seconds / mean / BESIDE_STEPS));
  }
}
