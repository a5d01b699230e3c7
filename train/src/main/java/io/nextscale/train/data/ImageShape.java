package io.nextscale.train.data;

import java.awt.image.BufferedImage;
import java.io.Serializable;

/**
 * Turns images of any size into squares: the shorter side is resized to {@code size * margin}, then
 * a square is cut out.
 *
 * @param size side of the square in pixels
 * @param margin how much larger the resized shorter side is, 1 to 2; 1.125 in the official data
 *     pipeline (its {@code mid_reso})
 * @param randomCrop whether the square is cut at a random place each time an image is drawn, else
 *     in the middle
 */
public record ImageShape(int size, double margin, boolean randomCrop) implements Serializable {
  /** The largest side in pixels. */
  static final int MOST = 4096;

  private static final int LONGEST = 16;

  /** The official margin. */
  public static final double OFFICIAL_MARGIN = 1.125;

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if size is below 1 or above 4096, or margin not in [1, 2]
   */
  public ImageShape {
    if (size < 1 || size > MOST) {
      throw new IllegalArgumentException("size is %s, allowed are 1 to %s".formatted(size, MOST));
    }
    if (!(margin >= 1 && margin <= 2)) {
      throw new IllegalArgumentException("margin is %s, allowed are 1 to 2".formatted(margin));
    }
  }

  /** The largest square in the middle, resized: all of a square image. */
  public static ImageShape centred(int size) {
    return new ImageShape(size, 1, false);
  }

  /** The official training crop: margin 1.125, cut at a random place. */
  public static ImageShape official(int size) {
    return new ImageShape(size, OFFICIAL_MARGIN, true);
  }

  /** The same size and margin, cut in the middle: for evaluation. */
  public ImageShape evaluation() {
    return new ImageShape(size, margin, false);
  }

  /** Side in pixels that the shorter side is resized to. */
  public int resized() {
    return (int) Math.rint(size * margin);
  }

  /**
   * Resizes and, unless the crop is random, cuts out the square. Alpha is composited over white.
   *
   * @return an image of {@code size * size}, or with random crop one whose shorter side is {@link
   *     #resized()}
   * @throws IllegalArgumentException if the longer side is more than 16 times the shorter one
   */
  public RgbImage fit(BufferedImage image) {
    int shorter = Math.min(image.getHeight(), image.getWidth());
    if (Math.max(image.getHeight(), image.getWidth()) / LONGEST > shorter) {
      throw new IllegalArgumentException(
          "the image is %sx%s (width x height), the longer side may be at most %s times the shorter"
              .formatted(image.getWidth(), image.getHeight(), LONGEST));
    }
    RgbImage rgb = RgbImage.fromImage(image);
    int height = (int) ((long) rgb.height() * resized() / shorter);
    int width = (int) ((long) rgb.width() * resized() / shorter);
    RgbImage resized = Lanczos.resize(rgb, height, width);
    return randomCrop ? resized : resized.centre(size);
  }
}
