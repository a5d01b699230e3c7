package io.nextscale.var.scale;

import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Size of an image in pixels, written height x width.
 *
 * @param height rows of pixels, 1 to 65536
 * @param width columns of pixels, 1 to 65536
 */
public record ImageSize(int height, int width) {
  private static final int LONGEST_SIDE = 1 << 16;
  private static final Pattern TEXT = Pattern.compile("(\\d{1,5})(?:x(\\d{1,5}))?");

  /**
   * Checks both sides.
   *
   * @throws IllegalArgumentException if a side is out of range
   */
  public ImageSize {
    if (height < 1 || width < 1 || height > LONGEST_SIDE || width > LONGEST_SIDE) {
      throw new IllegalArgumentException(
          "image size %sx%s: both sides are 1 to %s".formatted(height, width, LONGEST_SIDE));
    }
  }

  /**
   * Reads height x width, such as {@code 256x512}, or the side of a square, such as {@code 256}.
   *
   * @throws IllegalArgumentException if the text is neither, or a side is out of range
   */
  public static ImageSize parse(String text) {
    Objects.requireNonNull(text, "text");
    Matcher size = TEXT.matcher(text.strip());
    if (!size.matches()) {
      throw new IllegalArgumentException(
          "image size \"%s\": expected height x width like 256x512, or a side like 256"
              .formatted(text));
    }
    int height = Integer.parseInt(size.group(1));
    return new ImageSize(height, size.group(2) == null ? height : Integer.parseInt(size.group(2)));
  }

  /**
   * Grid of the tokens of an image of this size.
   *
   * @param patch side of a token in pixels, 16 in the published models
   * @throws IllegalArgumentException if a side is no multiple of it; names the nearest size that is
   */
  public Scale grid(int patch) {
    if (height % patch != 0 || width % patch != 0) {
      throw new IllegalArgumentException(
          ("image size %s: height and width must be multiples of %s pixels,"
                  + " the nearest is %sx%s")
              .formatted(this, patch, nearest(height, patch), nearest(width, patch)));
    }
    return new Scale(height / patch, width / patch);
  }

  private static int nearest(int side, int patch) {
    return Math.max(1, Math.round((float) side / patch)) * patch;
  }

  /**
   * Size of the image of a grid of tokens.
   *
   * @param patch side of a token in pixels
   */
  public static ImageSize of(Scale grid, int patch) {
    Objects.requireNonNull(grid, "grid");
    return new ImageSize(grid.height() * patch, grid.width() * patch);
  }

  /** Writes height x width, also for a square. */
  @Override
  public String toString() {
    return height + "x" + width;
  }
}
