package io.nextscale.evaluate.metric;

import java.util.Objects;

/**
 * Mean and covariance of features: the normal distribution that the Fréchet distance compares.
 *
 * @param mean (D)
 * @param covariance (D, D) in row-major order, symmetric
 */
@SuppressWarnings("ArrayRecordComponent")
public record Gaussian(double[] mean, double[] covariance) {

  /**
   * Checks sizes and values. The arrays are not copied: nobody writes to them.
   *
   * @throws IllegalArgumentException if the sizes do not fit or a value is not finite
   */
  public Gaussian {
    Objects.requireNonNull(mean, "mean");
    Objects.requireNonNull(covariance, "covariance");
    long size = mean.length;
    if (size == 0 || covariance.length != size * size) {
      throw new IllegalArgumentException(
          "a mean of %s numbers and a covariance of %s: expected D, at least 1, and D * D"
              .formatted(mean.length, covariance.length));
    }
    requireFinite("mean", mean);
    requireFinite("covariance", covariance);
  }

  private static void requireFinite(String name, double[] values) {
    for (int i = 0; i < values.length; i++) {
      if (!Double.isFinite(values[i])) {
        throw new IllegalArgumentException(
            "%s: number %s is %s: expected finite numbers".formatted(name, i, values[i]));
      }
    }
  }

  /** Number of features. */
  public int dimensions() {
    return mean.length;
  }
}
