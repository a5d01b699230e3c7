package io.nextscale.var.sampling;

/**
 * Source of a generation's randomness: for each image, position and use a row of noise that depends
 * on nothing else. Several threads call it at once, in any order.
 */
public interface TokenNoise {
  /** Purpose of a row. */
  enum Use {
    /** Draws a token. */
    TOKEN,
    /** Mixes codes in the smooth mode. */
    MIXTURE
  }

  /**
   * Fills a row with independent draws from the exponential distribution of mean 1.
   *
   * @param use purpose of the row
   * @param image index in the batch
   * @param position of the token among all L of the image
   * @param row receives V values, one for each code
   */
  void exponentials(Use use, int image, int position, float[] row);

  /**
   * Draws a code with the probabilities of the candidates: the code of the largest weight / E,
   * where E is its exponential noise. An implementation may override it to compute less noise, with
   * the same result.
   *
   * @param use purpose of the row
   * @param image index in the batch
   * @param position of the token among all L of the image
   * @param candidates at least one
   * @return the code; of equal ones the lowest
   */
  default int sample(Use use, int image, int position, Candidates candidates) {
    float[] noise = new float[candidates.vocabulary()];
    exponentials(use, image, position, noise);
    int winner = candidates.code(0);
    double best = -1;
    for (int i = 0; i < candidates.count(); i++) {
      double rate = candidates.weight(i) / noise[candidates.code(i)];
      if (rate > best) {
        best = rate;
        winner = candidates.code(i);
      }
    }
    return winner;
  }
}
