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

  private final int topK;
  private final double topP;
  private final float[] sorted;
  private final int[] counts = new int[BUCKETS];
  private final long[] order;
  private final double[] weights;

  /** A filter for rows of {@code vocabulary} logits. */
  public TokenFilter(Sampling sampling, int vocabulary) {
    sampling.requireVocabulary(vocabulary);
    topK = sampling.topK();
    topP = sampling.topP();
    sorted = new float[vocabulary];
    order = new long[vocabulary];
    weights = new double[vocabulary];
  }

  /** Sets the logits that are filtered out to −∞, in place. */
  public void apply(float[] logits) {
    if (topK > 0 && topK < logits.length) {
      float threshold = kthLargest(logits);
      for (int i = 0; i < logits.length; i++) {
        if (logits[i] < threshold) {
          logits[i] = Float.NEGATIVE_INFINITY;
        }
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
      counts[sortable(logit) >> BUCKET_SHIFT & BUCKETS - 1]++;
    }
    int larger = 0;
    int bucket = FIRST_BUCKET;
    while (larger + counts[bucket] < rank) {
      larger += counts[bucket];
      bucket = bucket - 1 & BUCKETS - 1;
    }
    int count = 0;
    for (float logit : logits) {
      if ((sortable(logit) >> BUCKET_SHIFT & BUCKETS - 1) == bucket) {
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

  /** Removes, from the least probable up, whatever together makes up no more than 1 − p. */
  private void keepNucleus(float[] logits) {
    int kept = 0;
    float largest = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < logits.length; i++) {
      if (logits[i] > Float.NEGATIVE_INFINITY) {
        order[kept++] = (long) sortable(logits[i]) << 32 | i;
        largest = Math.max(largest, logits[i]);
      }
    }
    Arrays.sort(order, 0, kept);
    double sum = 0;
    for (int i = 0; i < kept; i++) {
      weights[i] = Math.exp(logits[(int) order[i]] - largest);
      sum += weights[i];
    }
    double cumulative = 0;
    for (int i = 0; i < kept - 1; i++) { // the most probable one always stays
      cumulative += weights[i] / sum;
      if (cumulative > 1 - topP) {
        break;
      }
      logits[(int) order[i]] = Float.NEGATIVE_INFINITY;
    }
  }

  /** An int whose order is that of the floats. */
  private static int sortable(float value) {
    int bits = Float.floatToIntBits(value);
    return bits ^ (bits >> 31 & 0x7fffffff);
  }
}
