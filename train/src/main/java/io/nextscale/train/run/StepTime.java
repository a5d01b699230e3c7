package io.nextscale.train.run;

import java.util.Arrays;
import java.util.function.LongFunction;

/** Measures the time of a training step on this machine, so that the steps fill a given time. */
public final class StepTime {
  private static final int TRIED = 16;
  // evaluations, sheets and states take time beside the steps
  private static final double BESIDE_STEPS = 1.06;

  private StepTime() {}

  /**
   * Computes the number of steps that about fill a time, from some steps of a trial training.
   *
   * @param seconds time to fill
   * @param make makes a training of a number of steps; it is closed here
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
