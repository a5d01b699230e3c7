package io.nextscale.var;

import java.util.List;

/**
 * Where the time of a generation went, in seconds.
 *
 * @param encode of the image to be edited; 0 without one
 * @param transformer for each scale, with guidance, sampling and the step to the next scale
 * @param decode of all images
 * @param total from the call to the result
 */
public record Timings(double encode, List<Double> transformer, double decode, double total) {
  /** Copies the list. */
  public Timings {
    transformer = List.copyOf(transformer);
  }
}
