package io.nextscale.var;

import java.util.List;
import java.util.Objects;

/**
 * Measure of how well a transformer predicts tokens from the true tokens of all earlier scales.
 *
 * @param crossEntropy mean over images and positions, in nats, for each of the K scales
 * @param accuracy share of positions whose most probable token is the true one, for each scale
 * @param meanCrossEntropy mean over images and all L positions, in nats
 * @param meanAccuracy share of all L positions whose most probable token is the true one
 * @param logits (B, L, V) row-major if they were requested, else empty; not copied
 */
public record Score(
    List<Double> crossEntropy,
    List<Double> accuracy,
    double meanCrossEntropy,
    double meanAccuracy,
    float[] logits) {
  /** Checks that no component is null. */
  public Score {
    Objects.requireNonNull(crossEntropy, "crossEntropy");
    Objects.requireNonNull(accuracy, "accuracy");
    Objects.requireNonNull(logits, "logits");
  }

  /** Writes the means, not the logits. */
  @Override
  public String toString() {
    return "Score[mean cross-entropy %s, mean accuracy %s]"
        .formatted(meanCrossEntropy, meanAccuracy);
  }
}
