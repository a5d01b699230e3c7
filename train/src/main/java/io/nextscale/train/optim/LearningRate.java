package io.nextscale.train.optim;

import io.nextscale.var.check.Check;
import java.util.Objects;

/**
 * The learning rate over a training: a linear warm-up, then a decay to a share of the peak ({@code
 * lr_wd_annealing} in {@code utils/lr_control.py} of VAR).
 *
 * @param peak the highest rate, positive
 * @param warmUp share of the training in which the rate rises, 0 to below 1
 * @param end share of the peak that is left at the end, 0 to 1
 * @param decay way from the peak to the end
 */
public record LearningRate(double peak, double warmUp, double end, Decay decay) {
  /** Share of the peak that the warm-up begins with; VAR's {@code wp0}. */
  private static final double BEGIN = 0.005;

  /** The way from the peak to the end. */
  public enum Decay {
    /** Half a period of a cosine. */
    COSINE,
    /** A straight line. */
    LINEAR
  }

  /** Checks every range. */
  public LearningRate {
    Objects.requireNonNull(decay, "decay");
    Check.positive("learning rate", peak);
    Check.that(warmUp >= 0 && warmUp < 1, "warm-up", warmUp, "0 to below 1");
    Check.range("end of the learning rate", end, 0, 1);
  }

  /**
   * The rate at a point of the training.
   *
   * @param progress 0 at its beginning, 1 at its end
   */
  public double at(double progress) {
    if (progress < warmUp) {
      return peak * (BEGIN + (1 - BEGIN) * progress / warmUp);
    }
    double passed = Math.min((progress - warmUp) / (1 - warmUp), 1);
    double rest = decay == Decay.COSINE ? 0.5 + 0.5 * Math.cos(Math.PI * passed) : 1 - passed;
    return peak * (end + (1 - end) * rest);
  }
}
