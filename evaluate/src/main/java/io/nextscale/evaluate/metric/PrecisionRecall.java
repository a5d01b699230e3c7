package io.nextscale.evaluate.metric;

import io.nextscale.torch.Functional;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import java.util.Arrays;

/**
 * Improved precision and recall (Kynkäänniemi et al. 2019), as OpenAI's evaluator computes them: an
 * image is covered by a set if it lies in the ball of one of its images, whose radius is the
 * distance to the third neighbour within the set.
 *
 * @param precision share of the samples that the reference covers, 0 to 1
 * @param recall share of the reference images that the samples cover, 0 to 1
 */
public record PrecisionRecall(double precision, double recall) {
  private static final int NEIGHBOURS = 3;

  /** Least number of images in each set. */
  public static final int LEAST = NEIGHBOURS + 1;

  private static final int BLOCK = 1024;

  /**
   * Computes both shares; memory grows with the number of images, not with its square.
   *
   * @throws IllegalArgumentException if a set has no more images than neighbours are counted
   */
  public static PrecisionRecall of(FeatureRows reference, FeatureRows samples) {
    float[] referenceRadii = squaredRadii(reference);
    float[] sampleRadii = squaredRadii(samples);
    return new PrecisionRecall(
        share(covered(samples, reference, referenceRadii)),
        share(covered(reference, samples, sampleRadii)));
  }

  private static double share(boolean[] covered) {
    int count = 0;
    for (boolean one : covered) {
      count += one ? 1 : 0;
    }
    return (double) count / covered.length;
  }

  /** Returns, for each image, the squared distance to its third neighbour in the same set. */
  static float[] squaredRadii(FeatureRows set) {
    if (set.rows() <= NEIGHBOURS) {
      throw new IllegalArgumentException(
          "%s image(s): precision and recall need at least %s in each set"
              .formatted(set.rows(), LEAST));
    }
    float[] radii = new float[set.rows()];
    float[] nearest = new float[NEIGHBOURS + 1]; // an image is its own nearest neighbour
    float[] norms = squaredNorms(set);
    for (int start = 0; start < set.rows(); start += BLOCK) {
      int count = Math.min(BLOCK, set.rows() - start);
      float[][] smallest = new float[count][NEIGHBOURS + 1];
      for (float[] row : smallest) {
        Arrays.fill(row, Float.POSITIVE_INFINITY);
      }
      for (int other = 0; other < set.rows(); other += BLOCK) {
        int others = Math.min(BLOCK, set.rows() - other);
        float[] products = products(set, start, count, set, other, others);
        for (int i = 0; i < count; i++) {
          for (int j = 0; j < others; j++) {
            insert(
                smallest[i],
                distance(norms[start + i], products[i * others + j], norms[other + j]));
          }
        }
      }
      for (int i = 0; i < count; i++) {
        radii[start + i] = smallest[i][nearest.length - 1];
      }
    }
    return radii;
  }

  /** Tells, for each image of a set, whether it lies in a ball of the other. */
  static boolean[] covered(FeatureRows images, FeatureRows balls, float[] squaredRadii) {
    boolean[] covered = new boolean[images.rows()];
    float[] norms = squaredNorms(images);
    float[] ballNorms = squaredNorms(balls);
    for (int start = 0; start < images.rows(); start += BLOCK) {
      int count = Math.min(BLOCK, images.rows() - start);
      for (int other = 0; other < balls.rows(); other += BLOCK) {
        int others = Math.min(BLOCK, balls.rows() - other);
        float[] products = products(images, start, count, balls, other, others);
        for (int i = 0; i < count; i++) {
          for (int j = 0; j < others && !covered[start + i]; j++) {
            covered[start + i] =
                distance(norms[start + i], products[i * others + j], ballNorms[other + j])
                    <= squaredRadii[other + j];
          }
        }
      }
    }
    return covered;
  }

  /** Radii and tests use this one expression, so that equal images have the distance 0. */
  private static float distance(float norm, float product, float otherNorm) {
    return Math.max(norm - 2 * product + otherNorm, 0);
  }

  private static void insert(float[] ascending, float value) {
    int at = ascending.length - 1;
    if (value >= ascending[at]) {
      return;
    }
    while (at > 0 && ascending[at - 1] > value) {
      ascending[at] = ascending[at - 1];
      at--;
    }
    ascending[at] = value;
  }

  private static float[] squaredNorms(FeatureRows set) {
    float[] norms = new float[set.rows()];
    for (int start = 0; start < norms.length; start += BLOCK) {
      int count = Math.min(BLOCK, norms.length - start);
      try (TensorScope scope = TensorScope.open()) {
        Tensor rows = set.block(start, count);
        float[] part = Functional.sum(Functional.mul(rows, rows), 1, false).toFloats();
        System.arraycopy(part, 0, norms, start, count);
      }
    }
    return norms;
  }

  private static float[] products(
      FeatureRows left, int leftStart, int leftCount, FeatureRows right, int start, int count) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor rows = left.block(leftStart, leftCount);
      return Functional.matmul(rows, right.block(start, count).transpose(0, 1)).toFloats();
    }
  }
}
