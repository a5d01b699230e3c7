package io.nextscale.evaluate;

import io.nextscale.evaluate.feature.FeatureFile;
import io.nextscale.evaluate.metric.FeatureRows;
import io.nextscale.evaluate.metric.Moments;

/** A set of images whose features are there; {@link #close()} releases their file. */
public final class EvaluatedSet implements AutoCloseable {
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
   * The spatial features, valid until {@link #close()}.
   *
   * @throws IllegalStateException if the set is closed
   */
  public FeatureRows spatial() {
    return file.spatial();
  }

  /** Adds up the moments; the result is valid until {@link #close()}. */
  SampleFeatures features() {
    return new SampleFeatures(pooledMoments(), spatialMoments(), pooled);
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

  @Override
  public void close() {
    file.close();
    onClose.run();
  }
}
