package io.nextscale.var.scale;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The size of an image in pixels; written height x width, as grids are.
 *
 * @param height rows of pixels
 * @param width columns of pixels
 */
public record ImageSize(int height, int width) {
  private static final int LONGEST_SIDE = 1 << 16;
  private static final Pattern TEXT = Pattern.compile("(\\d{1,5})(?:x(\\d{1,5}))?");

  /** Checks that both sides are at least 1. */
  public ImageSize {
    if (height < 1 || width < 1 || height > LONGEST_SIDE || width > LONGEST_SIDE) {
      throw new IllegalArgumentException(
          "image size " + height + "x" + width + ": both sides are 1 to " + LONGEST_SIDE);
    }
  }

  /**
   * Reads height x width, such as {@code 256x512}, or the side of a square.
   *
   * @throws IllegalArgumentException if it is neither
   */
  public static ImageSize parse(String text) {
    Matcher size = TEXT.matcher(text.strip());
    if (!size.matches()) {
      throw new IllegalArgumentException(
          "image size \"" + text + "\": expected height x width like 256x512, or a side like 256");
    }
    int height = Integer.parseInt(size.group(1));
    return new ImageSize(height, size.group(2) == null ? height : Integer.parseInt(size.group(2)));
  }

  /**
   * The grid of tokens that such an image has.
   *
   * @param patch side of a token in pixels
   * @throws IllegalArgumentException if a side is no multiple of it
   */
  public Scale grid(int patch) {
    if (height % patch != 0 || width % patch != 0) {
      throw new IllegalArgumentException(
          "image size "
              + this
              + ": height and width must be multiples of "
              + patch
              + " pixels, the nearest is "
              + nearest(height, patch)
              + "x"
              + nearest(width, patch));
    }
    return new Scale(height / patch, width / patch);
  }

  private static int nearest(int side, int patch) {
    return Math.max(1, Math.round((float) side / patch)) * patch;
  }

  /** The image of a grid of tokens. */
  public static ImageSize of(Scale grid, int patch) {
    return new ImageSize(grid.height() * patch, grid.width() * patch);
  }

  @Override
  public String toString() {
    return height + "x" + width;
  }
}
