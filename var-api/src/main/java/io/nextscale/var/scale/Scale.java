package io.nextscale.var.scale;

/**
 * The grid of one scale.
 *
 * @param height rows of tokens
 * @param width columns of tokens
 */
public record Scale(int height, int width) {
  private static final int LONGEST_SIDE = 1024;

  /** Checks that both sides are at least 1. */
  public Scale {
    if (height < 1 || width < 1 || height > LONGEST_SIDE || width > LONGEST_SIDE) {
      throw new IllegalArgumentException(
          "scale " + height + "x" + width + ": both sides are 1 to " + LONGEST_SIDE);
    }
  }

  /** Number of tokens. */
  public int tokens() {
    return height * width;
  }

  @Override
  public String toString() {
    return height == width ? Integer.toString(height) : height + "x" + width;
  }
}
