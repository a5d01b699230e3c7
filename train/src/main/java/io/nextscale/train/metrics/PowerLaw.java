package io.nextscale.train.metrics;

/**
 * A power law of the loss L over the size N: L = (β·N)^α, as VAR states its scaling laws (<a
 * href="https://arxiv.org/abs/2404.02905">Tian et al. 2024</a>, section on power-law scaling laws).
 *
 * @param alpha the exponent α, negative where the loss falls
 * @param beta the factor β, positive
 * @param correlation Pearson's coefficient of log N and log L, -1 to 1
 */
public record PowerLaw(double alpha, double beta, double correlation) {
  /** Checks the parameters. */
  public PowerLaw {
    if (!Double.isFinite(alpha)) {
      throw new IllegalArgumentException("alpha is %s: expected a finite number".formatted(alpha));
    }
    requirePositive("beta", beta);
    if (!(Math.abs(correlation) <= 1)) {
      throw new IllegalArgumentException(
          "correlation is %s: allowed is -1 to 1".formatted(correlation));
    }
  }

  /**
   * Fits by least squares of log L on log N.
   *
   * @param sizes parameters or compute of each training, at least two different ones
   * @param losses loss or error of each training, at least two different ones
   * @throws IllegalArgumentException if the numbers of sizes and losses differ, if one is not
   *     positive and finite, if all sizes or all losses are equal, or if β is beyond what a double
   *     holds
   */
  public static PowerLaw fit(double[] sizes, double[] losses) {
    if (sizes.length != losses.length) {
      throw new IllegalArgumentException(
          "there are %s sizes and %s losses: allowed are equal numbers"
              .formatted(sizes.length, losses.length));
    }
    double[] x = centredLogarithms("size", sizes);
    double[] y = centredLogarithms("loss", losses);
    double xx = product(x, x);
    double alpha = product(x, y) / xx;
    double correlation = product(x, y) / Math.sqrt(xx * product(y, y));
    double intercept = meanLogarithm(losses) - alpha * meanLogarithm(sizes);
    return new PowerLaw(alpha, Math.exp(intercept / alpha), Math.clamp(correlation, -1, 1));
  }

  /**
   * The loss that the law gives for a size.
   *
   * @param size positive
   */
  public double loss(double size) {
    requirePositive("size", size);
    return Math.exp(alpha * (Math.log(beta) + Math.log(size)));
  }

  /** The law with numbers of three digits: {@code L = (0.00213·N)^-0.231, r = -0.998}. */
  public String equation() {
    return "L = (%s·N)^%s, r = %s"
        .formatted(
            ShortNumber.shortest(beta, 3),
            ShortNumber.shortest(alpha, 3),
            ShortNumber.shortest(correlation, 4));
  }

  private static double[] centredLogarithms(String name, double[] values) {
    double mean = meanLogarithm(values);
    double[] result = new double[values.length];
    boolean different = false;
    for (int i = 0; i < values.length; i++) {
      requirePositive(name, values[i]);
      result[i] = Math.log(values[i]) - mean;
      different |= values[i] != values[0];
    }
    if (!different) {
      throw new IllegalArgumentException(
          "%s has no two different values among %s: allowed are at least two"
              .formatted(name, values.length));
    }
    return result;
  }

  private static double meanLogarithm(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += Math.log(value);
    }
    return sum / values.length;
  }

  private static double product(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static void requirePositive(String name, double value) {
    if (!(value > 0 && Double.isFinite(value))) {
      throw new IllegalArgumentException(
          "%s is %s: allowed are positive numbers".formatted(name, value));
    }
  }
}
