package io.nextscale.evaluate.feature;

import io.nextscale.evaluate.image.RgbSamples;
import io.nextscale.evaluate.inception.Inception;
import io.nextscale.evaluate.inception.InceptionFeatures;
import io.nextscale.evaluate.inception.InputScaling;
import io.nextscale.torch.TensorScope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * The features of one image.
 *
 * @param pooled (2048)
 * @param spatial (2023)
 */
@SuppressWarnings("ArrayRecordComponent")
public record ImageFeatures(float[] pooled, float[] spatial) {
  /** Checks that no component is null. */
  public ImageFeatures {
    Objects.requireNonNull(pooled, "pooled");
    Objects.requireNonNull(spatial, "spatial");
  }

  /**
   * Computes the features of a batch.
   *
   * @param scaling the preparation of the network's input
   */
  public static List<ImageFeatures> of(
      Inception network, InputScaling scaling, List<RgbSamples> images) {
    int count = images.size();
    try (TensorScope scope = TensorScope.open()) {
      InceptionFeatures features = network.features(scaling.tensor(images));
      float[] pooled = features.pooled().toFloats();
      float[] spatial = features.spatial().toFloats();
      List<ImageFeatures> each = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        each.add(
            new ImageFeatures(
                part(pooled, i, InceptionFeatures.POOLED),
                part(spatial, i, InceptionFeatures.SPATIAL)));
      }
      return each;
    }
  }

  private static float[] part(float[] all, int index, int length) {
    return Arrays.copyOfRange(all, index * length, (index + 1) * length);
  }
}
