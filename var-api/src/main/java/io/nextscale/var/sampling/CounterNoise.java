package io.nextscale.var.sampling;

import java.util.Arrays;
import java.util.Objects;

/**
 * Counter-based noise: Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3",
 * 2011). The noise of every request that gives no other.
 *
 * <p>The seed of an image is the key; the counter is (block of four codebook entries, position,
 * use, 0). Each 32-bit word x gives −ln((x + ½)·2⁻³²). So the noise of an image depends on its seed
 * alone: not on its batch, the number of threads, or the device. Immutable; safe for use by several
 * threads.
 */
public final class CounterNoise implements TokenNoise {
  // so far below 1 that rounding to float does not matter
  private static final double BELOW_ONE = 1 - 0x1p-20;

  private final long[] seeds;

  /**
   * Makes the noise of a batch.
   *
   * @param seeds one for each image; copied
   */
  public CounterNoise(long... seeds) {
    this.seeds = Objects.requireNonNull(seeds, "seeds").clone();
  }

  @Override
  public void exponentials(Use use, int image, int position, float[] row) {
    int[] words = new int[4];
    for (int i = 0; i < row.length; i += 4) {
      philox(seeds[image], i >>> 2, position, use.ordinal(), words);
      for (int j = 0; j < 4 && i + j < row.length; j++) {
        row[i + j] = exponential(words[j]);
      }
    }
  }

  @Override
  public int sample(Use use, int image, int position, Candidates candidates) {
    if (candidates.count == 1) {
      return candidates.codes[0];
    }
    int[] words = new int[4];
    int known = -1;
    int winner = candidates.codes[0];
    double best = -1;
    for (int i = 0; i < candidates.count; i++) {
      int code = candidates.codes[i];
      if (code >>> 2 != known) {
        known = code >>> 2;
        philox(seeds[image], known, position, use.ordinal(), words);
      }
      double weight = candidates.weights[i];
      // −ln u is at least 1 − u, so most candidates lose without a logarithm
      if (weight > best * (1 - unit(words[code & 3])) * BELOW_ONE) {
        double rate = weight / exponential(words[code & 3]);
        if (rate > best) {
          best = rate;
          winner = code;
        }
      }
    }
    return winner;
  }

  @Override
  public String toString() {
    return "CounterNoise[seeds " + Arrays.toString(seeds) + "]";
  }

  private static float exponential(int word) {
    return (float) -Math.log(unit(word));
  }

  /** Maps a word to a number above 0 and below 1. */
  private static double unit(int word) {
    return ((word & 0xffffffffL) + 0.5) * 0x1p-32;
  }

  /** Computes ten rounds of Philox4x32 on the counter (c0, c1, c2, 0). */
  static void philox(long key, int c0, int c1, int c2, int[] out) {
    int k0 = (int) key;
    int k1 = (int) (key >>> 32);
    int x0 = c0;
    int x1 = c1;
    int x2 = c2;
    int x3 = 0;
    for (int round = 0; round < 10; round++) {
      long p0 = (x0 & 0xffffffffL) * 0xD2511F53L;
      long p1 = (x2 & 0xffffffffL) * 0xCD9E8D57L;
      int y0 = (int) (p1 >>> 32) ^ x1 ^ k0;
      int y2 = (int) (p0 >>> 32) ^ x3 ^ k1;
      x1 = (int) p1;
      x3 = (int) p0;
      x0 = y0;
      x2 = y2;
      k0 += 0x9E3779B9;
      k1 += 0xBB67AE85;
    }
    out[0] = x0;
    out[1] = x1;
    out[2] = x2;
    out[3] = x3;
  }
}
