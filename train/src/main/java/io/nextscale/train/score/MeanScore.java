package io.nextscale.train.score;

import io.nextscale.var.Score;
import io.nextscale.var.scale.Scales;
import java.util.Arrays;
import java.util.List;

/**
 * Accumulates scores of images and gives their means: cross-entropy in nats per token, and accuracy
 * from 0 to 1.
 */
public final class MeanScore {
  private final Scales scales;
  private final double[] crossEntropy;
  private final double[] accuracy;
  private double totalCrossEntropy;
  private double totalAccuracy;
  private int images;

  /** Starts without images. */
  public MeanScore(Scales scales) {
    this.scales = scales;
    crossEntropy = new double[scales.count()];
    accuracy = new double[scales.count()];
  }

  /**
   * Adds a score.
   *
   * @param count number of images whose mean it is
   */
  public void add(Score score, int count) {
    for (int k = 0; k < scales.count(); k++) {
      crossEntropy[k] += count * score.crossEntropy().get(k);
      accuracy[k] += count * score.accuracy().get(k);
    }
    totalCrossEntropy += count * score.meanCrossEntropy();
    totalAccuracy += count * score.meanAccuracy();
    images += count;
  }

  /** Number of images. */
  public int images() {
    return images;
  }

  /** The scales that were scored. */
  public Scales scales() {
    return scales;
  }

  /** Mean cross-entropy of each scale. */
  public List<Double> crossEntropy() {
    return means(crossEntropy);
  }

  /** Mean accuracy of each scale. */
  public List<Double> accuracy() {
    return means(accuracy);
  }

  /** Mean cross-entropy over the tokens of all scales. */
  public double meanCrossEntropy() {
    return totalCrossEntropy / images;
  }

  /** Mean accuracy over the tokens of all scales. */
  public double meanAccuracy() {
    return totalAccuracy / images;
  }

  private List<Double> means(double[] sums) {
    return Arrays.stream(sums).mapToObj(sum -> sum / images).toList();
  }

  /** Writes the number of images and the means over all scales. */
  @Override
  public String toString() {
    return "MeanScore[%s images, cross-entropy %s, accuracy %s]"
        .formatted(images, meanCrossEntropy(), meanAccuracy());
  }
}
