package io.nextscale.train.data;

import java.util.Objects;

/**
 * Images for one step of training.
 *
 * @param index number of the batch, from 0
 * @param pixels (B, 3, S, S) in [-1, 1]
 * @param labels class of each image
 * @param images index of each image in its {@link ImageCache}
 */
public record Batch(long index, float[] pixels, int[] labels, int[] images) {
  /** Checks that no component is null. */
  public Batch {
    Objects.requireNonNull(pixels, "pixels");
    Objects.requireNonNull(labels, "labels");
    Objects.requireNonNull(images, "images");
  }

  /** Number of images, B. */
  public int size() {
    return labels.length;
  }

  /** Writes index and number, not the images. */
  @Override
  public String toString() {
    return "Batch[index %s, %s images]".formatted(index, size());
  }
}
