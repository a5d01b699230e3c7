package io.nextscale.var.generate;

import java.util.Arrays;

/**
 * Top-k, then top-p, on one row of logits ({@code sample_with_top_k_top_p_} in {@code
 * models/helpers.py}).
 *
 * <p>Holds work space for one row; for use by one thread.
 */
public final class TokenFilter {
  // of the leading bits of a number: sign, exponent and two bits of the mantissa
  private static final int BUCKETS = 1 << 11;
  private static final int BUCKET_SHIFT = 21;
  // of the largest numbers; negative ones come after zero, counted down
  private static final int FIRST_BUCKET = (BUCKETS >> 1) - 1;
  private static final int LAST_BUCKET = BUCKETS >> 1;

  private final int topK;
  private final double topP;
  private final float[] sorted;
  private final int[] counts = new int[BUCKETS];
  private final int[] candidates;
  private final long[] order;
  private final double[] masses = new double[BUCKETS];

  /** A filter for rows of {@code vocabulary} logits. */
  public TokenFilter(Sampling sampling, int vocabulary) {
    sampling.requireVocabulary(vocabulary);
    topK = sampling.topK();
    topP = sampling.topP();
    sorted = new float[vocabulary];
    candidates = new int[vocabulary];
    order = new long[vocabulary];
  }

  /** Sets the logits that are filtered out to −∞, in place. */
  public void apply(float[] logits) {
    if (topK > 0 && topK < logits.length) {
      float threshold = kthLargest(logits);
      for (int i = 0; i < logits.length; i++) {
        logits[i] = logits[i] < threshold ? Float.NEGATIVE_INFINITY : logits[i];
      }
    }
    if (topP > 0) {
      keepNucleus(logits);
    }
  }

  private float kthLargest(float[] logits) {
    if (topK == 1) {
      float largest = Float.NEGATIVE_INFINITY;
      for (float logit : logits) {
        largest = Math.max(largest, logit);
      }
      return largest;
    }
    return largestButFew(logits, topK);
  }

  /**
   * The {@code rank}-th largest: counts by leading bits first, so that only those that share the
   * threshold's have to be told apart.
   */
  private float largestButFew(float[] logits, int rank) {
    Arrays.fill(counts, 0);
    for (float logit : logits) {
      counts[bucket(logit)]++;
    }
    int larger = 0;
    int bucket = FIRST_BUCKET;
    while (larger + counts[bucket] < rank) {
      larger += counts[bucket];
      bucket = bucket - 1 & BUCKETS - 1;
    }
    int count = 0;
    for (float logit : logits) {
      if (bucket(logit) == bucket) {
        sorted[count++] = logit;
      }
    }
    return select(sorted, count, count - (rank - larger));
  }

  /** The value that sorting the first of them would put at {@code index}: Hoare's, in place. */
  private static float select(float[] values, int length, int index) {
    int low = 0;
    int high = length - 1;
    while (low < high) {
      float pivot = values[(low + high) >>> 1];
      int i = low;
      int j = high;
      while (i <= j) {
        while (values[i] < pivot) {
          i++;
        }
        while (values[j] > pivot) {
          j--;
        }
        if (i <= j) {
          float swap = values[i];
          values[i++] = values[j];
          values[j--] = swap;
        }
      }
      if (index <= j) {
        high = j;
      } else if (index >= i) {
        low = i;
      } else {
        break;
      }
    }
    return values[index];
  }

  /**
   * Removes, from the least probable up, whatever together makes up no more than 1 − p: adds up by
   * leading bits first, so that only those that share the last one's have to be sorted.
   */
  private void keepNucleus(float[] logits) {
    int left = listCandidates(logits, candidates);
    float largest = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < left; i++) {
      largest = Math.max(largest, logits[candidates[i]]);
    }
    Arrays.fill(masses, 0);
    double sum = 0;
    for (int i = 0; i < left; i++) {
      float logit = logits[candidates[i]];
      double weight = Math.exp(logit - largest);
      masses[bucket(logit)] += weight;
      sum += weight;
    }
    double removable = (1 - topP) * sum;
    int top = bucket(largest);
    int bucket = LAST_BUCKET;
    while (bucket != top && masses[bucket] <= removable) {
      removable -= masses[bucket];
      bucket = bucket + 1 & BUCKETS - 1;
    }
    int count = 0;
    for (int i = 0; i < left; i++) {
      int code = candidates[i];
      int own = bucket(logits[code]);
      if (own == bucket) {
        order[count++] = (long) sortable(logits[code]) << 32 | code;
      } else if ((own - LAST_BUCKET & BUCKETS - 1) < (bucket - LAST_BUCKET & BUCKETS - 1)) {
        logits[code] = Float.NEGATIVE_INFINITY;
      }
    }
    Arrays.sort(order, 0, count);
    int removed = bucket == top ? count - 1 : count; // the most probable one always stays
    for (int i = 0; i < removed; i++) {
      removable -= Math.exp(logits[(int) order[i]] - largest);
      if (removable < 0) {
        break;
      }
      logits[(int) order[i]] = Float.NEGATIVE_INFINITY;
    }
  }

  /**
   * Lists the codes that are not filtered out, ascending; written without a branch, which the
   * processor would guess wrong every other time.
   *
   * @param codes gets them; as long as {@code logits}
   * @return how many they are
   */
  static int listCandidates(float[] logits, int[] codes) {
    int count = 0;
    for (int i = 0; i < logits.length; i++) {
      codes[count] = i;
      count += logits[i] > Float.NEGATIVE_INFINITY ? 1 : 0;
    }
    return count;
  }

  /** Leading bits of a number. */
  private static int bucket(float value) {
    return sortable(value) >> BUCKET_SHIFT & BUCKETS - 1;
  }

  /** An int whose order is that of the floats. */
  private static int sortable(float value) {
    int bits = Float.floatToIntBits(value);
    return bits ^ (bits >> 31 & 0x7fffffff);
  }
}
