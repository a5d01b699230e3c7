package io.nextscale.var.generate;

/**
 * The random numbers of a run: for each picture, position and use a row that does not depend on
 * anything else. Rows are asked for by several threads at once.
 */
public interface TokenNoise {
  /** What a row is for. */
  enum Use {
    /** Drawing a token. */
    TOKEN,
    /** Mixing codes in the smooth mode. */
    MIXTURE
  }

  /**
   * Fills a row with independent numbers of the exponential distribution with mean 1.
   *
   * @param picture index in the batch
   * @param position of the token among all L of the picture
   */
  void exponentials(Use use, int picture, int position, float[] row);

  /**
   * Of the same row the numbers of some codes at least; what the others become does not matter.
   *
   * @param codes ascending, the first {@code count} of them
   */
  default void exponentials(
      Use use, int picture, int position, float[] row, int[] codes, int count) {
    exponentials(use, picture, position, row);
  }
}
