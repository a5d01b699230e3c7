package io.nextscale.var.image;

import java.awt.image.BufferedImage;
import java.awt.image.Raster;

/**
 * Converts the four components of a CMYK or YCCK JPEG to RGB as Pillow does: levels are inverted,
 * as Adobe stores them, and ink is multiplied without a colour profile.
 */
final class CmykJpeg {
  private static final int HALF = 1 << 15;
  private static final int RED_OF_CR = fixed(1.40200);
  private static final int BLUE_OF_CB = fixed(1.77200);
  private static final int GREEN_OF_CR = fixed(0.71414);
  private static final int GREEN_OF_CB = fixed(0.34414);

  private CmykJpeg() {}

  /**
   * Converts the decoded components.
   *
   * @param adobeTransform see {@link JpegMarkers}
   */
  static BufferedImage toRgb(Raster components, int adobeTransform) {
    int width = components.getWidth();
    int height = components.getHeight();
    boolean ycck = adobeTransform != JpegMarkers.NO_ADOBE && adobeTransform != 0;
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    int[] row = new int[4 * width];
    int[] rgb = new int[width];
    for (int y = 0; y < height; y++) {
      components.getPixels(0, y, width, 1, row);
      for (int x = 0; x < width; x++) {
        if (ycck) {
          toCmy(row, 4 * x);
        }
        rgb[x] =
            level(row[4 * x], row[4 * x + 3]) << 16
                | level(row[4 * x + 1], row[4 * x + 3]) << 8
                | level(row[4 * x + 2], row[4 * x + 3]);
      }
      image.getRaster().setDataElements(0, y, width, 1, rgb);
    }
    return image;
  }

  /** One level from an inverted ink and inverted black. */
  private static int level(int ink, int black) {
    int product = (255 - ink) * black + 128;
    return Math.max(0, black - ((product >> 8) + product >> 8));
  }

  /** Y, Cb, Cr to inverted RGB, in libjpeg's fixed point. */
  private static void toCmy(int[] row, int at) {
    int luminance = row[at];
    int cb = row[at + 1] - 128;
    int cr = row[at + 2] - 128;
    row[at] = inverted(luminance + (RED_OF_CR * cr + HALF >> 16));
    row[at + 1] = inverted(luminance + (-GREEN_OF_CB * cb - GREEN_OF_CR * cr + HALF >> 16));
    row[at + 2] = inverted(luminance + (BLUE_OF_CB * cb + HALF >> 16));
  }

  private static int inverted(int level) {
    return Math.clamp(255 - level, 0, 255);
  }

  private static int fixed(double factor) {
    return (int) (factor * 65536 + 0.5);
  }
}
