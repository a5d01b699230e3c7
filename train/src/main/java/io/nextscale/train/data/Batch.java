package io.nextscale.train.data;

/**
 * Images for one step of training.
 *
 * @param index number of the batch, from 0
 * @param pixels (B, 3, S, S) in [-1, 1]
 * @param labels class of each image
 * @param images index of each image in its {@link ImageCache}
 */
public record Batch(long index, float[] pixels, int[] labels, int[] images) {

  /** Number of images, B. */
  public int size() {
    return labels.length;
  }
}
