package io.nextscale.evaluate;

import io.nextscale.evaluate.metric.FeatureRows;
import io.nextscale.evaluate.metric.Moments;
import java.util.Objects;

/**
 * The features of a set of images, as far as the figures need them. Their moments may have been
 * added up by several machines.
 *
 * @param pooledMoments of the pooled features of all images
 * @param spatialMoments of the spatial features of all images
 * @param pooled the pooled features themselves, in the order of the set; in memory that the caller
 *     owns
 */
public record SampleFeatures(Moments pooledMoments, Moments spatialMoments, FeatureRows pooled) {
  /**
   * Checks that all are of the same images.
   *
   * @throws IllegalArgumentException if the numbers of images differ
   */
  public SampleFeatures {
    Objects.requireNonNull(pooledMoments, "pooledMoments");
    Objects.requireNonNull(spatialMoments, "spatialMoments");
    Objects.requireNonNull(pooled, "pooled");
    if (pooledMoments.count() != pooled.rows() || spatialMoments.count() != pooled.rows()) {
      throw new IllegalArgumentException(
          "moments of %s and %s images, features of %s: expected the same images"
              .formatted(pooledMoments.count(), spatialMoments.count(), pooled.rows()));
    }
  }
}
