package io.nextscale.evaluate.metric;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Factors of covariances of low rank, such as those of fewer images than features, by Cholesky's
 * decomposition with pivots (Higham 2002, "Accuracy and Stability of Numerical Algorithms", section
 * 10.3). It takes D · rank² operations, a decomposition into eigenvalues many times D³.
 */
final class LowRank {
  private static final int SHARE = 8; // of the dimensions that a low rank is at most

  private LowRank() {}

  /**
   * Returns A with {@code A Aᵀ = Σ} to rounding, as its columns (rank, D) in row-major order.
   *
   * @return nothing if the rank is not low
   */
  static Optional<double[]> factor(Gaussian gaussian) {
    int size = gaussian.dimensions();
    double[] covariance = gaussian.covariance();
    double[] rest = new double[size]; // the diagonal of what the columns do not give yet
    double largest = 0;
    for (int d = 0; d < size; d++) {
      rest[d] = covariance[d * size + d];
      largest = Math.max(largest, rest[d]);
    }
    double noise = largest * size * Math.ulp(1.0);
    List<double[]> columns = new ArrayList<>();
    for (int pivot = pivot(rest); rest[pivot] > noise; pivot = pivot(rest)) {
      if (columns.size() >= size / SHARE) {
        return Optional.empty();
      }
      double[] column = column(covariance, columns, pivot, Math.sqrt(rest[pivot]));
      columns.add(column);
      for (int d = 0; d < size; d++) {
        rest[d] -= column[d] * column[d];
      }
      rest[pivot] = 0;
    }
    double[] all = new double[columns.size() * size];
    for (int i = 0; i < columns.size(); i++) {
      System.arraycopy(columns.get(i), 0, all, i * size, size);
    }
    return Optional.of(all);
  }

  private static int pivot(double[] rest) {
    int best = 0;
    for (int d = 1; d < rest.length; d++) {
      best = rest[d] > rest[best] ? d : best;
    }
    return best;
  }

  private static double[] column(
      double[] covariance, List<double[]> columns, int pivot, double root) {
    int size = (int) Math.sqrt(covariance.length);
    double[] column = new double[size];
    System.arraycopy(covariance, pivot * size, column, 0, size);
    for (double[] earlier : columns) {
      double factor = earlier[pivot];
      for (int d = 0; d < size; d++) {
        column[d] -= factor * earlier[d];
      }
    }
    for (int d = 0; d < size; d++) {
      column[d] /= root;
    }
    return column;
  }
}
