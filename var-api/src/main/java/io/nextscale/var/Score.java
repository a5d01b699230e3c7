package io.nextscale.var;

import io.nextscale.var.generate.TokenScore;
import io.nextscale.var.scale.Scales;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Measure of how well a transformer predicts tokens from the true tokens of all earlier scales.
 * Scores of several sets of images add up. Immutable.
 */
public final class Score {
  private final TokenScore sum;
  private final float[] logits;

  Score(TokenScore sum, float[] logits) {
    this.sum = sum;
    this.logits = logits;
  }

  /**
   * Returns the score of the images of both, without logits.
   *
   * @throws IllegalArgumentException if the scales differ
   */
  public Score plus(Score other) {
    return new Score(sum.plus(other.sum), new float[0]);
  }

  /** Number of images. */
  public int images() {
    return sum.images();
  }

  /** The K scales that were scored. */
  public Scales scales() {
    return sum.scales();
  }

  /** Mean cross-entropy over images and positions, in nats, for each of the K scales. */
  public List<Double> crossEntropy() {
    return each(k -> sum.crossEntropy(k, k + 1));
  }

  /** Share of positions whose most probable token is the true one, for each scale, 0 to 1. */
  public List<Double> accuracy() {
    return each(k -> sum.accuracy(k, k + 1));
  }

  /** Mean cross-entropy over images and all L positions, in nats. */
  public double meanCrossEntropy() {
    return sum.crossEntropy(0, scales().count());
  }

  /** Share of all L positions whose most probable token is the true one, 0 to 1. */
  public double meanAccuracy() {
    return sum.accuracy(0, scales().count());
  }

  /** Logits (B, L, V) row-major if they were requested, else empty; not copied. */
  public float[] logits() {
    return logits;
  }

  private List<Double> each(IntToDoubleFunction mean) {
    return IntStream.range(0, scales().count()).mapToDouble(mean).boxed().toList();
  }

  /** Writes the means, not the logits. */
  @Override
  public String toString() {
    return "Score[mean cross-entropy %s, mean accuracy %s]"
        .formatted(meanCrossEntropy(), meanAccuracy());
  }
}
