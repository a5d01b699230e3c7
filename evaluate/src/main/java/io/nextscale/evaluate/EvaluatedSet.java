package io.nextscale.evaluate;

import io.nextscale.evaluate.feature.FeatureFile;
import io.nextscale.evaluate.feature.Statistics;
import io.nextscale.evaluate.inception.Inception;
import io.nextscale.evaluate.inception.InceptionFeatures;
import io.nextscale.evaluate.metric.FeatureRows;
import io.nextscale.evaluate.metric.InceptionScore;
import io.nextscale.evaluate.metric.Moments;
import io.nextscale.torch.TensorScope;
import java.util.Optional;

/** A set of images whose features are there; {@link #close()} releases their file. */
public final class EvaluatedSet implements AutoCloseable {
  private static final int BLOCK = 256;

  private final FeatureFile file;
  private final FeatureRows pooled;
  private final Runnable onClose;

  EvaluatedSet(FeatureFile file, Runnable onClose) {
    this.file = file;
    this.pooled = file.pooled();
    this.onClose = onClose;
  }

  /** Number of images. */
  public int size() {
    return pooled.rows();
  }

  /** The pooled features, valid until {@link #close()}. */
  public FeatureRows pooled() {
    return pooled;
  }

  /**
   * Computes the statistics of pooled and spatial features.
   *
   * @param origin a line about evaluator and images
   * @throws IllegalStateException if there are fewer than two images
   */
  Statistics statistics(String origin) {
    return new Statistics(
        moments(pooled).gaussian(),
        Optional.of(moments(file.spatial()).gaussian()),
        Optional.of(origin));
  }

  /** Computes the moments of the pooled features, which merge with those of other parts. */
  public Moments pooledMoments() {
    return moments(pooled);
  }

  /** Computes the moments of the spatial features, which merge with those of other parts. */
  public Moments spatialMoments() {
    return moments(file.spatial());
  }

  private static Moments moments(FeatureRows rows) {
    Moments moments = new Moments(rows.dimensions());
    for (int i = 0; i < rows.rows(); i++) {
      moments.add(rows.row(i), 0);
    }
    return moments;
  }

  /** Computes the Inception Score over splits in the order of the set. */
  InceptionScore inceptionScore(Inception network, int splitSize) {
    InceptionScore score = new InceptionScore(InceptionFeatures.CLASSES, splitSize);
    for (int start = 0; start < size(); start += BLOCK) {
      int count = Math.min(BLOCK, size() - start);
      try (TensorScope scope = TensorScope.open()) {
        float[] logits = network.logits(pooled.block(start, count)).toFloats();
        for (int i = 0; i < count; i++) {
          score.add(start + i, logits, i * InceptionFeatures.CLASSES);
        }
      }
    }
    return score;
  }

  @Override
  public void close() {
    file.close();
    onClose.run();
  }
}
