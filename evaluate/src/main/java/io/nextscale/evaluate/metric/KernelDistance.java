package io.nextscale.evaluate.metric;

import io.nextscale.torch.DType;
import io.nextscale.torch.Functional;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Kernel Inception Distance (Bińkowski et al. 2018): the unbiased squared maximum mean discrepancy
 * of the kernel {@code (x·y / D + 1)³}, over subsets of the images.
 *
 * @param mean mean of the subsets; it may be slightly below 0
 * @param deviation standard deviation of the subsets, with the number of subsets as divisor
 */
public record KernelDistance(double mean, double deviation) {
  /**
   * Computes it over random subsets.
   *
   * @param subsets number of subsets, at least 1
   * @param size images of a subset, at least 2, at most those of either set
   * @param seed determines the subsets
   */
  public static KernelDistance of(
      FeatureRows first, FeatureRows second, int subsets, int size, long seed) {
    if (subsets < 1 || size < 2 || size > Math.min(first.rows(), second.rows())) {
      throw new IllegalArgumentException(
          "%s subsets of %s images: expected at least 1 of 2 to %s"
              .formatted(subsets, size, Math.min(first.rows(), second.rows())));
    }
    SplittableRandom random = new SplittableRandom(seed);
    double[] values = new double[subsets];
    for (int i = 0; i < subsets; i++) {
      int[] ofFirst = draw(random, first.rows(), size);
      values[i] = ofSubset(first, ofFirst, second, draw(random, second.rows(), size));
    }
    double mean = Arrays.stream(values).average().orElseThrow();
    double variance = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum() / subsets;
    return new KernelDistance(mean, Math.sqrt(variance));
  }

  /** Draws different rows: the first of a shuffled list (Fisher and Yates). */
  private static int[] draw(SplittableRandom random, int rows, int size) {
    int[] order = new int[rows];
    Arrays.setAll(order, i -> i);
    for (int i = 0; i < size; i++) {
      int other = random.nextInt(i, rows);
      int row = order[other];
      order[other] = order[i];
      order[i] = row;
    }
    return Arrays.copyOf(order, size);
  }

  /** The discrepancy of two lists of rows, of equal length. */
  static double ofSubset(FeatureRows first, int[] firstRows, FeatureRows second, int[] secondRows) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor x = gather(first, firstRows);
      Tensor y = gather(second, secondRows);
      int size = firstRows.length;
      double pairs = (double) size * (size - 1);
      double within = (offDiagonal(kernel(x, x), size) + offDiagonal(kernel(y, y), size)) / pairs;
      double across = Arrays.stream(kernel(x, y)).sum() / ((double) size * size);
      return within - 2 * across;
    }
  }

  private static Tensor gather(FeatureRows set, int[] rows) {
    Tensor[] parts = Arrays.stream(rows).mapToObj(r -> set.block(r, 1)).toArray(Tensor[]::new);
    return Functional.cat(Arrays.asList(parts), 0).to(DType.FLOAT64);
  }

  private static double[] kernel(Tensor x, Tensor y) {
    double dimensions = x.size(1);
    double[] values = Linalg.values(Functional.matmul(x, y.transpose(0, 1)));
    for (int i = 0; i < values.length; i++) {
      double base = values[i] / dimensions + 1;
      values[i] = base * base * base;
    }
    return values;
  }

  private static double offDiagonal(double[] matrix, int size) {
    double sum = Arrays.stream(matrix).sum();
    for (int i = 0; i < size; i++) {
      sum -= matrix[i * size + i];
    }
    return sum;
  }
}
