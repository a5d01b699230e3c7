package io.nextscale.var.sampling;

import io.nextscale.var.check.Check;

/**
 * Source of a generation's randomness: for each image, position and use a row of noise that depends
 * on nothing else. Several threads call it at once, in any order. They are those that compute: it
 * must not block, and a call of a generator from here is refused with an {@link
 * IllegalStateException}.
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
   * @param row receives V values, one for each code; all finite and above 0
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
   * @throws IllegalArgumentException if the noise of a candidate is no finite number above 0
   */
  default int sample(Use use, int image, int position, Candidates candidates) {
    float[] noise = new float[candidates.vocabulary()];
    exponentials(use, image, position, noise);
    int winner = candidates.code(0);
    double best = -1;
    for (int i = 0; i < candidates.count(); i++) {
      int code = candidates.code(i);
      Check.noise(noise[code], code, position, image);
      double rate = candidates.weight(i) / noise[code];
      if (rate > best) {
        best = rate;
        winner = code;
      }
    }
    return winner;
  }
}
