package io.nextscale.evaluate.sample;

import java.util.List;
import java.util.Objects;

/**
 * Images of one class that are chosen together.
 *
 * @param classId their class
 * @param images numbers of the images in their set
 * @param candidates numbers of the candidates among all that the set generates; the seed of a
 *     candidate is the set's plus its number
 */
public record SampleGroup(int classId, List<Integer> images, List<Long> candidates) {
  /** Copies the lists. */
  public SampleGroup {
    Objects.requireNonNull(images, "images");
    Objects.requireNonNull(candidates, "candidates");
    images = List.copyOf(images);
    candidates = List.copyOf(candidates);
  }
}
