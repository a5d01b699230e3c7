package io.nextscale.var.scale;

/**
 * Grid of one scale, in tokens.
 *
 * @param height rows of tokens, 1 to 1024
 * @param width columns of tokens, 1 to 1024
 */
public record Scale(int height, int width) {
  private static final int LONGEST_SIDE = 1024;

  /**
   * Checks both sides.
   *
   * @throws IllegalArgumentException if a side is out of range
   */
  public Scale {
    if (height < 1 || width < 1 || height > LONGEST_SIDE || width > LONGEST_SIDE) {
      throw new IllegalArgumentException(
          "scale %sx%s: both sides are 1 to %s".formatted(height, width, LONGEST_SIDE));
    }
  }

  /** Number of tokens: height times width. */
  public int tokens() {
    return height * width;
  }

  /** Writes the side of a square, else height x width. */
  @Override
  public String toString() {
    return height == width ? Integer.toString(height) : height + "x" + width;
  }
}
