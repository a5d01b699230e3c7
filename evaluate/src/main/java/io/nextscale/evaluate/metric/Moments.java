package io.nextscale.evaluate.metric;

import io.nextscale.torch.Functional;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import java.util.Arrays;

/**
 * Count, mean and scatter of features, added up in float64. Moments of parts that were computed
 * anywhere merge to the moments of the whole, in any order, to rounding (Chan, Golub, LeVeque 1979:
 * the scatter is around the mean, so that a large mean costs no digits).
 *
 * <p>Not for use by several threads at once.
 */
public final class Moments {
  private static final int BLOCK = 256;

  private final int dimensions;
  private final double[] block;
  private int blockRows;
  private long count;
  private final double[] mean;
  private final double[] scatter;

  /** Makes the moments of no features. */
  public Moments(int dimensions) {
    this(dimensions, 0, new double[dimensions], new double[dimensions * dimensions]);
  }

  private Moments(int dimensions, long count, double[] mean, double[] scatter) {
    this.dimensions = dimensions;
    this.block = new double[BLOCK * dimensions];
    this.count = count;
    this.mean = mean;
    this.scatter = scatter;
  }

  /**
   * Restores moments.
   *
   * @param count number of features that were added, at least 0
   * @param mean (D)
   * @param scatter (D, D), the sum of the outer products of the differences from the mean
   * @throws IllegalArgumentException if sizes do not fit
   */
  public static Moments of(long count, double[] mean, double[] scatter) {
    if (count < 0 || scatter.length != (long) mean.length * mean.length) {
      throw new IllegalArgumentException(
          "count %s, mean of %s numbers, scatter of %s: expected at least 0, D, and D * D"
              .formatted(count, mean.length, scatter.length));
    }
    return new Moments(mean.length, count, mean.clone(), scatter.clone());
  }

  /** Number of features of each image. */
  public int dimensions() {
    return dimensions;
  }

  /** Number of images. */
  public long count() {
    return count + blockRows;
  }

  /** Mean (D); zeros if nothing was added. */
  public double[] mean() {
    flush();
    return mean.clone();
  }

  /** Sum of the outer products of the differences from the mean, (D, D). */
  public double[] scatter() {
    flush();
    return scatter.clone();
  }

  /**
   * Adds the features of one image.
   *
   * @param features array that holds them
   * @param offset place of the first
   */
  public void add(float[] features, int offset) {
    int start = blockRows * dimensions;
    for (int d = 0; d < dimensions; d++) {
      block[start + d] = features[offset + d];
    }
    blockRows++;
    if (blockRows == BLOCK) {
      flush();
    }
  }

  /** Adds the moments of other images; of the same number of features. */
  public void merge(Moments other) {
    if (other.dimensions != dimensions) {
      throw new IllegalArgumentException(
          "moments of %s features: expected %s".formatted(other.dimensions, dimensions));
    }
    flush();
    other.flush();
    merge(other.count, other.mean, other.scatter);
  }

  /**
   * Returns mean and covariance, with the divisor n - 1 as in NumPy's {@code cov}.
   *
   * @throws IllegalStateException if there are fewer than two images: the covariance is undefined
   */
  public Gaussian gaussian() {
    flush();
    if (count < 2) {
      throw new IllegalStateException(
          "%s image(s): a covariance needs at least 2".formatted(count));
    }
    double[] covariance = new double[scatter.length];
    for (int i = 0; i < covariance.length; i++) {
      covariance[i] = scatter[i] / (count - 1);
    }
    return new Gaussian(mean.clone(), covariance);
  }

  /** Adds the rows of the block, by one product of matrices. */
  private void flush() {
    if (blockRows == 0) {
      return;
    }
    int rows = blockRows;
    blockRows = 0;
    double[] blockMean = new double[dimensions];
    for (int r = 0; r < rows; r++) {
      for (int d = 0; d < dimensions; d++) {
        blockMean[d] += block[r * dimensions + d];
      }
    }
    for (int d = 0; d < dimensions; d++) {
      blockMean[d] /= rows;
    }
    double[] centred = new double[rows * dimensions];
    for (int r = 0; r < rows; r++) {
      for (int d = 0; d < dimensions; d++) {
        centred[r * dimensions + d] = block[r * dimensions + d] - blockMean[d];
      }
    }
    try (TensorScope scope = TensorScope.open()) {
      Tensor x = Linalg.matrix(centred, rows, dimensions);
      double[] products = Linalg.values(Functional.matmul(x.transpose(0, 1), x));
      merge(rows, blockMean, products);
    }
  }

  private void merge(long otherCount, double[] otherMean, double[] otherScatter) {
    if (otherCount == 0) {
      return;
    }
    long total = count + otherCount;
    double weight = (double) count * otherCount / total;
    double share = (double) otherCount / total;
    double[] difference = new double[dimensions];
    Arrays.setAll(difference, d -> otherMean[d] - mean[d]);
    for (int i = 0; i < dimensions; i++) {
      double scaled = weight * difference[i];
      int row = i * dimensions;
      for (int j = 0; j < dimensions; j++) {
        scatter[row + j] += otherScatter[row + j] + scaled * difference[j];
      }
      mean[i] += share * difference[i];
    }
    count = total;
  }
}
