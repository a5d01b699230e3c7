package io.nextscale.train.adversary;

import io.nextscale.var.check.Check;

/**
 * The architecture of a {@link PatchDiscriminator}.
 *
 * @param channels of the first convolution, 1 to 1024; they double with each level, up to eight
 *     times as many
 * @param levels number of halvings of the image, 1 to 8
 * @param groups of channels that are normalised together; divides {@code channels}
 */
public record PatchConfig(int channels, int levels, int groups) {
  private static final int MOST_CHANNELS = 1024;
  private static final int MOST_LEVELS = 8;
  private static final int WIDEST = 8;
  // the two convolutions after the last halving each take one pixel away
  private static final int SMALLEST_GRID = 3;

  /** Checks every range. */
  public PatchConfig {
    Check.range("channels", channels, 1, MOST_CHANNELS);
    Check.range("levels", levels, 1, MOST_LEVELS);
    Check.range("groups", groups, 1, channels);
    Check.that(channels % groups == 0, "groups", groups, "a divisor of the channels, " + channels);
  }

  /** VQGAN's discriminator: 64 channels, three levels; the 32 groups are this library's. */
  public static PatchConfig vqgan() {
    return new PatchConfig(64, 3, 32);
  }

  /** Channels after {@code level} halvings and one convolution. */
  int width(int level) {
    return channels * Math.min(1 << level, WIDEST);
  }

  /** Least height and width of an image, in pixels. */
  public int smallest() {
    return SMALLEST_GRID << levels;
  }
}
