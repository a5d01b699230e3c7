package io.nextscale.evaluate.metric;

import io.nextscale.torch.Functional;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import java.util.Arrays;

/**
 * Squared Fréchet distance of two normal distributions (Dowson and Landau 1982), which is the FID
 * if the features are Inception's (Heusel et al. 2017):
 *
 * <pre>|μ₁ − μ₂|² + tr Σ₁ + tr Σ₂ − 2 tr (Σ₁Σ₂)^½</pre>
 *
 * <p>The official scripts take the root of the product, which is not symmetric, and drop what
 * becomes complex. Here {@code Σ = A Aᵀ}, by eigenvalues or, where the rank is low, by Cholesky's
 * decomposition, and {@code tr (Σ₁Σ₂)^½} is the sum of the singular values of {@code A₁ᵀ A₂}: never
 * complex, symmetric, and exact where a covariance has no full rank.
 */
public final class FrechetDistance {
  private FrechetDistance() {}

  /**
   * Computes the distance, at least 0.
   *
   * @throws IllegalArgumentException if the distributions have other numbers of features
   */
  public static double between(Gaussian first, Gaussian second) {
    if (first.dimensions() != second.dimensions()) {
      throw new IllegalArgumentException(
          "features: %s in one set, %s in the other: expected equal numbers"
              .formatted(first.dimensions(), second.dimensions()));
    }
    double sum = 0;
    for (int d = 0; d < first.dimensions(); d++) {
      double difference = first.mean()[d] - second.mean()[d];
      sum += difference * difference;
    }
    sum += trace(first) + trace(second) - 2 * traceOfRoot(first, second);
    return Math.max(sum, 0);
  }

  private static double trace(Gaussian gaussian) {
    double sum = 0;
    for (int d = 0; d < gaussian.dimensions(); d++) {
      sum += gaussian.covariance()[d * gaussian.dimensions() + d];
    }
    return sum;
  }

  private static double traceOfRoot(Gaussian first, Gaussian second) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor left = factor(first);
      Tensor right = factor(second);
      if (left.size(1) == 0 || right.size(1) == 0) {
        return 0;
      }
      Tensor product = Functional.matmul(left.transpose(0, 1), right);
      return Arrays.stream(Linalg.values(Linalg.singularValues(product))).sum();
    }
  }

  /** Returns A with {@code A Aᵀ = Σ}: (D, rank). */
  private static Tensor factor(Gaussian gaussian) {
    int size = gaussian.dimensions();
    return LowRank.factor(gaussian)
        .map(columns -> Linalg.matrix(columns, columns.length / size, size).transpose(0, 1))
        .orElseGet(() -> byEigenvalues(gaussian));
  }

  /** As {@link #factor}; eigenvalues that are rounding only are left out. */
  private static Tensor byEigenvalues(Gaussian gaussian) {
    int size = gaussian.dimensions();
    Tensor[] decomposed = Linalg.eigh(Linalg.matrix(gaussian.covariance(), size, size));
    double[] eigenvalues = Linalg.values(decomposed[0]);
    double noise = Math.max(eigenvalues[size - 1], 0) * size * Math.ulp(1.0);
    int skipped = 0;
    while (skipped < size && eigenvalues[skipped] <= noise) {
      skipped++;
    }
    int rank = size - skipped;
    double[] roots = new double[rank];
    for (int i = 0; i < rank; i++) {
      roots[i] = Math.sqrt(eigenvalues[skipped + i]);
    }
    return Functional.mul(decomposed[1].narrow(1, skipped, rank), Linalg.matrix(roots, rank));
  }
}
