package io.nextscale.var.image;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.Raster;

/** Reads opaque 8-bit RGB pixels of an image of any type; alpha is composited over a gray level. */
final class FlatRgb {
  static final int BLACK = 0;
  static final int WHITE = 255;

  private FlatRgb() {}

  /**
   * Reads the pixels {@code 0xRRGGBB} (height · width) in row order.
   *
   * <p>Samples of gray and RGB keep their values whatever the colour space is, as in Pillow. {@link
   * BufferedImage#getRGB} would brighten gray, because Java's gray colour space is linear, and
   * apply a profile. Samples of 16 bits are rounded to 8.
   *
   * @param background level under transparent pixels, 0 to 255
   */
  static int[] of(BufferedImage image, int background) {
    int height = image.getHeight();
    int width = image.getWidth();
    int[] pixels = new int[Math.multiplyExact(height, width)];
    ColorModel colors = image.getColorModel();
    int space = colors.getColorSpace().getType();
    boolean foreign = space == ColorSpace.TYPE_RGB && !colors.getColorSpace().isCS_sRGB();
    if (space == ColorSpace.TYPE_GRAY || (foreign && colors instanceof ComponentColorModel)) {
      readSamples(image.getRaster(), colors, pixels, width);
    } else {
      for (int y = 0; y < height; y++) {
        image.getRGB(0, y, width, 1, pixels, y * width, width);
      }
    }
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = composite(pixels[i], background);
    }
    return pixels;
  }

  private static void readSamples(Raster raster, ColorModel colors, int[] argb, int width) {
    float[] components = new float[colors.getNumComponents()];
    int last = colors.getNumColorComponents() - 1;
    Object element = null;
    for (int i = 0; i < argb.length; i++) {
      element = raster.getDataElements(i % width, i / width, element);
      colors.getNormalizedComponents(element, components, 0);
      int red = toByte(components[0]);
      int green = toByte(components[Math.min(1, last)]);
      int blue = toByte(components[last]);
      int alpha = colors.hasAlpha() ? toByte(components[last + 1]) : 255;
      argb[i] = alpha << 24 | red << 16 | green << 8 | blue;
    }
  }

  private static int toByte(float unit) {
    return Math.clamp(Math.round(unit * 255f), 0, 255);
  }

  private static int composite(int argb, int background) {
    int alpha = argb >>> 24;
    if (alpha == 255) {
      return argb & 0xFFFFFF;
    }
    int red = mix(argb >> 16 & 255, alpha, background);
    int green = mix(argb >> 8 & 255, alpha, background);
    int blue = mix(argb & 255, alpha, background);
    return red << 16 | green << 8 | blue;
  }

  private static int mix(int level, int alpha, int background) {
    return (level * alpha + background * (255 - alpha) + 127) / 255;
  }
}
