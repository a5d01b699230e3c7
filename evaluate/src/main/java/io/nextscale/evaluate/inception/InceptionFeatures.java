package io.nextscale.evaluate.inception;

import io.nextscale.torch.Tensor;
import java.util.Objects;

/**
 * The network's results for a batch, in float32.
 *
 * @param pooled (B, 2048), the features of FID, precision and recall
 * @param spatial (B, 2023), the features of sFID: the first 7 channels of 17×17 places, in the
 *     order rows, columns, channels
 * @param logits (B, 1008), without bias, as the Inception Score takes them
 */
public record InceptionFeatures(Tensor pooled, Tensor spatial, Tensor logits) {
  /** Number of pooled features. */
  public static final int POOLED = 2048;

  /** Number of spatial features. */
  public static final int SPATIAL = 7 * 17 * 17;

  /** Number of classes. */
  public static final int CLASSES = 1008;

  /** Checks that no component is null. */
  public InceptionFeatures {
    Objects.requireNonNull(pooled, "pooled");
    Objects.requireNonNull(spatial, "spatial");
    Objects.requireNonNull(logits, "logits");
  }
}
