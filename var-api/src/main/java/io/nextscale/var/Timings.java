package io.nextscale.var;

import java.util.List;
import java.util.Objects;

/**
 * Durations of a generation's parts, in seconds. A request that was computed as one batch with
 * others has the durations of that batch.
 *
 * @param encode encoding of the images of an edit; without an edit 0
 * @param transformer for each scale: transformer, guidance, sampling and the step to the next
 *     scale, without the listener
 * @param decode decoding of all images
 * @param total from the checked request to the result, with waiting and the listener
 */
public record Timings(double encode, List<Double> transformer, double decode, double total) {
  /** Copies the list. */
  public Timings {
    Objects.requireNonNull(transformer, "transformer");
    transformer = List.copyOf(transformer);
  }
}
