package io.nextscale.var.image;

import io.nextscale.var.scale.ImageSize;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.Objects;

/** A mask over the pixels of an image, such as the pixels to edit. Immutable. */
public final class MaskImage {
  private final String name;
  private final int width;
  private final int height;
  private final BitSet bits;

  private MaskImage(String name, int width, int height, BitSet bits) {
    this.name = name;
    this.width = width;
    this.height = height;
    this.bits = bits;
  }

  /**
   * Reads a mask from an image file of any supported format, upright; see {@link #of}.
   *
   * @throws ImageException as {@link ImageFile#read} does
   */
  public static MaskImage read(Path file) {
    Objects.requireNonNull(file, "file");
    return of(file.toString(), ImageFile.readUpright(file));
  }

  /**
   * Makes a mask that is true where the luminance (ITU-R BT.601, as Pillow's mode L) is at least 50
   * %. Transparency counts as black.
   *
   * @param name name of the mask in messages
   */
  public static MaskImage of(String name, BufferedImage image) {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(image, "image");
    int[] pixels = FlatRgb.of(image, FlatRgb.BLACK);
    BitSet bits = new BitSet(pixels.length);
    for (int i = 0; i < pixels.length; i++) {
      bits.set(i, isBright(pixels[i]));
    }
    return new MaskImage(name, image.getWidth(), image.getHeight(), bits);
  }

  /**
   * Makes a mask that is true where an image is transparent (alpha below 50 %), as in OpenAI's
   * image edits.
   *
   * @param name name of the mask in messages
   * @throws IllegalArgumentException if the image has no alpha channel
   */
  public static MaskImage ofTransparency(String name, BufferedImage image) {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(image, "image");
    if (!image.getColorModel().hasAlpha()) {
      throw new IllegalArgumentException(
          "mask %s has no alpha channel: expected transparent pixels where to edit"
              .formatted(name));
    }
    int width = image.getWidth();
    int height = image.getHeight();
    int[] pixels = image.getRGB(0, 0, width, height, null, 0, width);
    BitSet bits = new BitSet(pixels.length);
    for (int i = 0; i < pixels.length; i++) {
      bits.set(i, pixels[i] >>> 24 < 128);
    }
    return new MaskImage(name, width, height, bits);
  }

  /** Width in pixels. */
  public int width() {
    return width;
  }

  /** Height in pixels. */
  public int height() {
    return height;
  }

  /**
   * Whether the mask is set at row y, column x.
   *
   * @throws IndexOutOfBoundsException if y is not in [0, height) or x not in [0, width)
   */
  public boolean get(int y, int x) {
    return bits.get(Objects.checkIndex(y, height) * width + Objects.checkIndex(x, width));
  }

  /**
   * Checks that the mask fits an image.
   *
   * @throws IllegalArgumentException if the mask has another size
   */
  public void requireSize(ImageSize image) {
    if (width != image.width() || height != image.height()) {
      throw new IllegalArgumentException(
          "mask %s is %sx%s, the image is %s: they must be equal (height x width)"
              .formatted(name, height, width, image));
    }
  }

  private static boolean isBright(int rgb) {
    int luminance = 299 * (rgb >> 16) + 587 * (rgb >> 8 & 255) + 114 * (rgb & 255);
    return luminance >= 127_500; // half of 255 in thousandths
  }
}
