package io.nextscale.train.adversary;

/**
 * The numbers that define a {@link PatchDiscriminator}.
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
    require("channels", channels, MOST_CHANNELS);
    require("levels", levels, MOST_LEVELS);
    require("groups", groups, channels);
    if (channels % groups != 0) {
      throw new IllegalArgumentException(
          "groups " + groups + ": must divide the channels, " + channels);
    }
  }

  private static void require(String name, int value, int most) {
    if (value < 1 || value > most) {
      throw new IllegalArgumentException(name + " " + value + ": expected 1 to " + most);
    }
  }

  /** VQGAN's discriminator: 64 channels, three levels; the 32 groups are this library's. */
  public static PatchConfig vqgan() {
    return new PatchConfig(64, 3, 32);
  }

  /** Channels after so many halvings and one convolution. */
  int width(int level) {
    return channels * Math.min(1 << level, WIDEST);
  }

  /** Fewest pixels that an image must be high and wide. */
  public int smallest() {
    return SMALLEST_GRID << levels;
  }
}
