package io.nextscale.train.data;

import io.nextscale.var.image.PixelArray;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;
import java.util.Objects;

/**
 * An image of opaque 8-bit RGB levels. The array is not copied: nobody writes to it.
 *
 * @param height rows
 * @param width columns
 * @param levels (height, width, 3), unsigned
 */
public record RgbImage(int height, int width, byte[] levels) {

  /**
   * Checks the sizes.
   *
   * @throws IllegalArgumentException if a side is below 1 or the number of levels differs
   */
  public RgbImage {
    Objects.requireNonNull(levels, "levels");
    if (height < 1 || width < 1 || 3L * height * width != levels.length) {
      throw new IllegalArgumentException(
          "height is %s, width %s and there are %s levels: each side must be at least 1, and 3 * height * width levels"
              .formatted(height, width, levels.length));
    }
  }

  /** The levels of an image of any type, its alpha composited over white. */
  public static RgbImage fromImage(BufferedImage image) {
    BufferedImage flat = PixelArray.fromImage(image).toImage();
    int[] pixels = ((DataBufferInt) flat.getRaster().getDataBuffer()).getData();
    byte[] levels = new byte[3 * pixels.length];
    for (int i = 0; i < pixels.length; i++) {
      levels[3 * i] = (byte) (pixels[i] >> 16);
      levels[3 * i + 1] = (byte) (pixels[i] >> 8);
      levels[3 * i + 2] = (byte) pixels[i];
    }
    return new RgbImage(image.getHeight(), image.getWidth(), levels);
  }

  /**
   * A rectangle of it.
   *
   * @throws IllegalArgumentException if the rectangle is not inside
   */
  public RgbImage crop(int top, int left, int cropHeight, int cropWidth) {
    if (top < 0
        || left < 0
        || cropHeight < 1
        || cropWidth < 1
        || top + cropHeight > height
        || left + cropWidth > width) {
      throw new IllegalArgumentException(
          "%s rows from %s and %s columns from %s are not inside an image of %s rows and %s columns"
              .formatted(cropHeight, top, cropWidth, left, height, width));
    }
    if (cropHeight == height && cropWidth == width) {
      return this;
    }
    byte[] part = new byte[3 * cropHeight * cropWidth];
    for (int y = 0; y < cropHeight; y++) {
      System.arraycopy(
          levels, 3 * ((top + y) * width + left), part, 3 * y * cropWidth, 3 * cropWidth);
    }
    return new RgbImage(cropHeight, cropWidth, part);
  }

  /** The square of the given side in its middle, as torchvision's CenterCrop rounds it. */
  public RgbImage centre(int side) {
    return crop(
        (int) Math.rint((height - side) / 2.0), (int) Math.rint((width - side) / 2.0), side, side);
  }

  /** Writes the size, not the levels. */
  @Override
  public String toString() {
    return "RgbImage[%sx%s]".formatted(height, width);
  }
}
