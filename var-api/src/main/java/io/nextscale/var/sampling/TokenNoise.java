package io.nextscale.var.sampling;

/**
 * The random numbers of a run: for each image, position and use a row that does not depend on
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
   * @param image index in the batch
   * @param position of the token among all L of the image
   */
  void exponentials(Use use, int image, int position, float[] row);

  /**
   * Lets each candidate's clock run, at the rate of its weight: a draw with their probabilities.
   *
   * @return the code of the one that rings first; of several, the lowest
   */
  default int sample(Use use, int image, int position, Candidates candidates) {
    float[] clocks = new float[candidates.vocabulary()];
    exponentials(use, image, position, clocks);
    int winner = candidates.code(0);
    double best = -1;
    for (int i = 0; i < candidates.count(); i++) {
      double rate = candidates.weight(i) / clocks[candidates.code(i)];
      if (rate > best) {
        best = rate;
        winner = candidates.code(i);
      }
    }
    return winner;
  }
}
