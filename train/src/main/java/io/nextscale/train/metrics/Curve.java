package io.nextscale.train.metrics;

import java.util.Arrays;
import java.util.function.DoublePredicate;

/**
 * Points of a line chart from left to right.
 *
 * @param x where each point is
 * @param y its values, all finite
 */
record Curve(double[] x, double[] y) {
  /** The values of a column that are allowed; where none was measured there is no point. */
  static Curve of(MetricsHistory history, String column, DoublePredicate allowed) {
    double[] x = new double[history.rows().size()];
    double[] y = new double[x.length];
    int n = 0;
    for (MetricsRow row : history.rows()) {
      double value = row.value(column).orElse(Double.NaN);
      if (Double.isFinite(value) && allowed.test(value)) {
        x[n] = row.step();
        y[n++] = value;
      }
    }
    return new Curve(Arrays.copyOf(x, n), Arrays.copyOf(y, n));
  }

  /** The number of points. */
  int size() {
    return x.length;
  }

  /** The curve of the decimal logarithms of positive values. */
  Curve logarithmic() {
    return new Curve(x, logarithms(y));
  }

  /** Decimal logarithms. */
  static double[] logarithms(double[] values) {
    return Arrays.stream(values).map(Math::log10).toArray();
  }

  /**
   * The exponential moving average, free of a bias towards the first point.
   *
   * @param points number of points that count, roughly
   */
  Curve smoothed(double points) {
    double keep = 1 - 2 / (points + 1);
    double[] means = new double[size()];
    double sum = 0;
    double weight = 0;
    for (int i = 0; i < means.length; i++) {
      sum = keep * sum + (1 - keep) * y[i];
      weight = keep * weight + (1 - keep);
      means[i] = sum / weight;
    }
    return new Curve(x, means);
  }

  /** Keeps the least and the greatest point of each piece: looks the same, draws faster. */
  Curve thinned(int pieces) {
    if (size() <= 2 * pieces) {
      return this;
    }
    double[] thinX = new double[2 * pieces];
    double[] thinY = new double[2 * pieces];
    for (int piece = 0; piece < pieces; piece++) {
      int from = (int) ((long) size() * piece / pieces);
      int to = (int) ((long) size() * (piece + 1) / pieces);
      int least = from;
      int greatest = from;
      for (int i = from; i < to; i++) {
        least = y[i] < y[least] ? i : least;
        greatest = y[i] > y[greatest] ? i : greatest;
      }
      int first = Math.min(least, greatest);
      int second = Math.max(least, greatest);
      thinX[2 * piece] = x[first];
      thinY[2 * piece] = y[first];
      thinX[2 * piece + 1] = x[second];
      thinY[2 * piece + 1] = y[second];
    }
    return new Curve(thinX, thinY);
  }
}
