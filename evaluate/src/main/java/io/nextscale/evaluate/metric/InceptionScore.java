package io.nextscale.evaluate.metric;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * Inception Score (Salimans et al. 2016): exp of the mean divergence of an image's class
 * probabilities from their mean. As in OpenAI's evaluator the images are split in the order of
 * their files, a short last split counts like a full one, and the score is the mean of the splits.
 *
 * <p>A split of images of few classes scores low. So the order of the images matters: image i
 * should have class i modulo the number of classes.
 */
public final class InceptionScore {
  /** Images of a split in OpenAI's evaluator. */
  public static final int SPLIT = 5000;

  private static final class Split {
    private long count;
    private double negentropy;
    private final double[] probabilities;

    Split(int classes) {
      probabilities = new double[classes];
    }

    double score() {
      double sum = negentropy / count;
      for (double total : probabilities) {
        double mean = total / count;
        sum -= mean > 0 ? mean * Math.log(mean) : 0;
      }
      return Math.exp(sum);
    }
  }

  private final int classes;
  private final int splitSize;
  private final Map<Long, Split> splits = new TreeMap<>();

  /**
   * Makes the score of no images.
   *
   * @param classes number of classes, at least 1
   * @param splitSize images of a split, at least 1
   */
  public InceptionScore(int classes, int splitSize) {
    if (classes < 1 || splitSize < 1) {
      throw new IllegalArgumentException(
          "%s classes, splits of %s: expected at least 1".formatted(classes, splitSize));
    }
    this.classes = classes;
    this.splitSize = splitSize;
  }

  /**
   * Adds an image.
   *
   * @param index its place among all images, which tells its split
   * @param logits array that holds the logits of its classes
   * @param offset place of the first
   */
  public void add(long index, float[] logits, int offset) {
    double largest = Double.NEGATIVE_INFINITY;
    for (int c = 0; c < classes; c++) {
      largest = Math.max(largest, logits[offset + c]);
    }
    double sum = 0;
    for (int c = 0; c < classes; c++) {
      sum += Math.exp(logits[offset + c] - largest);
    }
    double logSum = largest + Math.log(sum);
    Split split = splits.computeIfAbsent(index / splitSize, key -> new Split(classes));
    split.count++;
    for (int c = 0; c < classes; c++) {
      double log = logits[offset + c] - logSum;
      double probability = Math.exp(log);
      split.probabilities[c] += probability;
      split.negentropy += probability * log;
    }
  }

  /** Adds the images of another part of the same set. */
  public void merge(InceptionScore other) {
    if (other.classes != classes || other.splitSize != splitSize) {
      throw new IllegalArgumentException(
          "%s classes in splits of %s: expected %s in splits of %s"
              .formatted(other.classes, other.splitSize, classes, splitSize));
    }
    other.splits.forEach(
        (index, part) -> {
          Split split = splits.computeIfAbsent(index, key -> new Split(classes));
          split.count += part.count;
          split.negentropy += part.negentropy;
          Arrays.setAll(split.probabilities, c -> split.probabilities[c] + part.probabilities[c]);
        });
  }

  /**
   * Returns the score, from 1 to the number of classes.
   *
   * @throws IllegalStateException if no image was added
   */
  public double value() {
    return splits.values().stream()
        .mapToDouble(Split::score)
        .average()
        .orElseThrow(() -> new IllegalStateException("no image was added"));
  }
}
