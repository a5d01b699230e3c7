package io.nextscale.train.data;

/**
 * Pictures for one step of training.
 *
 * @param index number of the batch, from 0
 * @param pixels (B, 3, S, S) in [-1, 1]
 * @param labels class of each picture
 * @param pictures index of each picture in its {@link PictureCache}
 */
public record Batch(long index, float[] pixels, int[] labels, int[] pictures) {

  /** Number of pictures, B. */
  public int size() {
    return labels.length;
  }
}
