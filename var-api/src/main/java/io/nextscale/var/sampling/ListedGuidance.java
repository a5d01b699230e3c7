package io.nextscale.var.sampling;

import io.nextscale.var.check.Check;
import io.nextscale.var.scale.Scales;
import java.util.List;
import java.util.Objects;

/**
 * Guidance with a number for each scale. Made by {@link Guidance#ofScales}. Immutable.
 *
 * @param weights t of each scale, −{@link Guidance#MOST} to that; 0: the scale is the conditional
 *     prediction
 */
public record ListedGuidance(List<Double> weights) implements Guidance {
  /**
   * Copies the list and checks it.
   *
   * @throws IllegalArgumentException if it is empty or a number is out of range
   */
  public ListedGuidance {
    Objects.requireNonNull(weights, "weights");
    weights = List.copyOf(weights);
    if (weights.isEmpty()) {
      throw new IllegalArgumentException("guidance weights: expected one for each scale");
    }
    for (double weight : weights) {
      Check.that(
          Math.abs(weight) <= MOST,
          "guidance weight",
          weight,
          "-%1$s to %1$s".formatted((long) MOST));
    }
  }

  /**
   * Gives t of scale k.
   *
   * @throws IllegalArgumentException if there is another number of scales than of weights
   */
  @Override
  public double weight(Scales scales, int k) {
    if (weights.size() != scales.count()) {
      throw new IllegalArgumentException(
          "%s guidance weights for %s scales (%s): expected one for each"
              .formatted(weights.size(), scales.count(), scales));
    }
    return weights.get(k);
  }
}
