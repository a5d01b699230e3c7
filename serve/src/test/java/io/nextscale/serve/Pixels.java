package io.nextscale.serve;

import java.awt.image.BufferedImage;

/** Compares images of equal size. */
final class Pixels {
  private Pixels() {}

  /** Mean difference of the channels in the columns from {@code from} to before {@code to}. */
  static double change(BufferedImage one, BufferedImage other, int from, int to) {
    double sum = 0;
    for (int y = 0; y < one.getHeight(); y++) {
      for (int x = from; x < to; x++) {
        for (int shift = 0; shift < 24; shift += 8) {
          sum += Math.abs((one.getRGB(x, y) >> shift & 255) - (other.getRGB(x, y) >> shift & 255));
        }
      }
    }
    return sum / (3.0 * one.getHeight() * (to - from));
  }

  /** A mask of 64x64 whose right half is transparent, which is edited. */
  static BufferedImage maskOfRightHalf() {
    BufferedImage mask = new BufferedImage(64, 64, BufferedImage.TYPE_INT_ARGB);
    for (int y = 0; y < 64; y++) {
      for (int x = 0; x < 32; x++) {
        mask.setRGB(x, y, 0xFF000000);
      }
    }
    return mask;
  }
}
