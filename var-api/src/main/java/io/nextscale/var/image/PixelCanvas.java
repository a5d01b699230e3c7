package io.nextscale.var.image;

import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.Objects;

/** An RGB image under composition, white at first; drawing outside it throws. */
final class PixelCanvas {
  private final int width;
  private final int height;
  private final int[] pixels;

  PixelCanvas(int width, int height) {
    this.width = width;
    this.height = height;
    pixels = new int[Math.multiplyExact(width, height)];
    Arrays.fill(pixels, 0xFFFFFF);
  }

  /** Fills a rectangle with a colour. */
  void fill(int x, int y, int width, int height, int rgb) {
    Objects.checkFromIndexSize(x, width, this.width);
    Objects.checkFromIndexSize(y, height, this.height);
    for (int row = y; row < y + height; row++) {
      int start = row * this.width + x;
      Arrays.fill(pixels, start, start + width, rgb);
    }
  }

  /** Draws each pixel of the image as a square of {@code scale} pixels, alpha over white. */
  void draw(BufferedImage image, int x, int y, int scale) {
    int[] source = FlatRgb.of(image, FlatRgb.WHITE);
    int columns = image.getWidth();
    for (int i = 0; i < source.length; i++) {
      fill(x + i % columns * scale, y + i / columns * scale, scale, scale, source[i]);
    }
  }

  BufferedImage toImage() {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    image.getRaster().setDataElements(0, 0, width, height, pixels);
    return image;
  }
}
