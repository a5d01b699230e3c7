package io.nextscale.evaluate.image;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.util.Objects;

/**
 * 8-bit RGB samples of an image, as they lie in its file. The array is not copied: nobody writes to
 * it.
 *
 * @param height rows
 * @param width columns
 * @param samples (height, width, 3), unsigned
 */
@SuppressWarnings("ArrayRecordComponent")
public record RgbSamples(int height, int width, byte[] samples) {

  /**
   * Checks the sizes.
   *
   * @throws IllegalArgumentException if a side is below 1 or the number of samples differs
   */
  public RgbSamples {
    Objects.requireNonNull(samples, "samples");
    if (height < 1 || width < 1 || 3L * height * width != samples.length) {
      throw new IllegalArgumentException(
          "height %s, width %s, %s samples: expected sides of at least 1, and 3 * height * width"
              .formatted(height, width, samples.length));
    }
  }

  /**
   * The samples of an image of any type, as Pillow's {@code convert("RGB")} gives them to the
   * official evaluators: grey is repeated, palettes are expanded, alpha is dropped without
   * blending.
   */
  public static RgbSamples of(BufferedImage image) {
    int height = image.getHeight();
    int width = image.getWidth();
    byte[] samples = new byte[3 * height * width];
    if (image.getColorModel().getColorSpace().getType() == ColorSpace.TYPE_GRAY) {
      // getRGB would brighten them: Java's grey is linear
      Raster raster = image.getRaster();
      int bits = image.getColorModel().getComponentSize(0);
      int[] row = new int[width];
      for (int y = 0; y < height; y++) {
        raster.getSamples(0, y, width, 1, 0, row);
        for (int x = 0; x < width; x++) {
          byte level = (byte) (bits == 16 ? row[x] >> 8 : row[x] * 255 / ((1 << bits) - 1));
          int at = 3 * (y * width + x);
          samples[at] = level;
          samples[at + 1] = level;
          samples[at + 2] = level;
        }
      }
      return new RgbSamples(height, width, samples);
    }
    int[] row = new int[width];
    for (int y = 0; y < height; y++) {
      image.getRGB(0, y, width, 1, row, 0, width);
      for (int x = 0; x < width; x++) {
        int at = 3 * (y * width + x);
        samples[at] = (byte) (row[x] >> 16);
        samples[at + 1] = (byte) (row[x] >> 8);
        samples[at + 2] = (byte) row[x];
      }
    }
    return new RgbSamples(height, width, samples);
  }
}
