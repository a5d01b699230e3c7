package io.nextscale.var.generate;

import io.nextscale.torch.Functional;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.scale.Scales;
import io.nextscale.var.scale.TokenMaps;

/**
 * Cross-entropy and errors of predicted tokens, summed over images at each of the L positions. A
 * prediction is an error where the most probable token is not the true one.
 */
public final class TokenScore {
  private final Scales scales;
  private final int images;
  private final double[] crossEntropy; // (L), nats
  private final double[] errors; // (L), counts

  private TokenScore(Scales scales, int images, double[] crossEntropy, double[] errors) {
    this.scales = scales;
    this.images = images;
    this.crossEntropy = crossEntropy;
    this.errors = errors;
  }

  /** Returns the score of no images, to which others are added. */
  public static TokenScore none(Scales scales) {
    return new TokenScore(scales, 0, new double[scales.tokens()], new double[scales.tokens()]);
  }

  /**
   * Scores logits.
   *
   * @param logits float32 (B, L, V)
   * @param truth the true tokens of the B images
   */
  public static TokenScore of(Tensor logits, TokenMaps truth) {
    Scales scales = truth.scales();
    int length = scales.tokens();
    double[] crossEntropy = new double[length];
    double[] errors = new double[length];
    try (TensorScope scope = TensorScope.open()) {
      Tensor rows = logits.reshape(-1, logits.size(2)); // (B·L, V)
      Tensor targets = TeacherForcing.targets(truth);
      float[] entropies = Functional.crossEntropyLosses(rows, targets).toFloats();
      long[] predicted = Functional.argmax(rows, 1).toLongs();
      long[] expected = targets.toLongs();
      for (int i = 0; i < expected.length; i++) {
        crossEntropy[i % length] += entropies[i];
        errors[i % length] += predicted[i] == expected[i] ? 0 : 1;
      }
    }
    return new TokenScore(scales, truth.batch(), crossEntropy, errors);
  }

  /**
   * Returns the score of both sets of images.
   *
   * @throws IllegalArgumentException if the scales differ
   */
  public TokenScore plus(TokenScore other) {
    if (!scales.equals(other.scales)) {
      throw new IllegalArgumentException(
          "scores of the scales %s and %s do not add up".formatted(scales, other.scales));
    }
    return new TokenScore(
        scales,
        images + other.images,
        sum(crossEntropy, other.crossEntropy),
        sum(errors, other.errors));
  }

  /** Number of images. */
  public int images() {
    return images;
  }

  /** The scales of the tokens. */
  public Scales scales() {
    return scales;
  }

  private static double[] sum(double[] left, double[] right) {
    double[] sum = left.clone();
    for (int i = 0; i < sum.length; i++) {
      sum[i] += right[i];
    }
    return sum;
  }

  /**
   * Computes the mean cross-entropy of a range of scales.
   *
   * @param from first scale
   * @param to scale after the last one
   * @return nats per token
   */
  public double crossEntropy(int from, int to) {
    return mean(sum(crossEntropy, from, to), from, to);
  }

  /** Computes the share of errors in a range of scales, as in {@link #crossEntropy}. */
  public double errorRate(int from, int to) {
    return mean(sum(errors, from, to), from, to);
  }

  /** Computes the share of right tokens in a range of scales, as in {@link #crossEntropy}. */
  public double accuracy(int from, int to) {
    double predictions = (double) positions(from, to) * images;
    return mean(predictions - sum(errors, from, to), from, to);
  }

  private double sum(double[] values, int from, int to) {
    double sum = 0;
    for (int i = scales.start(from); i < scales.start(to); i++) {
      sum += values[i];
    }
    return sum;
  }

  private int positions(int from, int to) {
    return scales.start(to) - scales.start(from);
  }

  private double mean(double sum, int from, int to) {
    return sum / positions(from, to) / images;
  }
}
