package io.nextscale.var.generate;

import io.nextscale.var.sampling.LogitsProcessor;
import io.nextscale.var.sampling.Sampling;
import io.nextscale.var.sampling.TokenPlace;
import java.util.Arrays;
import java.util.OptionalDouble;

/**
 * Applies top-k, then top-p, to one row of logits ({@code sample_with_top_k_top_p_} in VAR's {@code
 * models/helpers.py}), without sorting the row.
 *
 * <p>Holds work space for one row; for use by one thread.
 */
public final class TokenFilter implements LogitsProcessor {
  // logits are grouped by their leading bits: sign, exponent and two bits of the mantissa
  private static final int BUCKETS = 1 << 11;
  private static final int BUCKET_SHIFT = 21;
  // the bucket of the largest logits; those of negative ones follow that of zero, counting down
  private static final int FIRST_BUCKET = (BUCKETS >> 1) - 1;
  private static final int LAST_BUCKET = BUCKETS >> 1;

  private final int topK;
  private final OptionalDouble topP;
  private final float[] sorted;
  private final int[] counts = new int[BUCKETS];
  private final long[] order;
  private final double[] masses = new double[BUCKETS];

  /**
   * Makes a filter.
   *
   * @param vocabulary V, logits of a row
   * @throws IllegalArgumentException if the sampling does not fit the vocabulary
   */
  public TokenFilter(Sampling sampling, int vocabulary) {
    sampling.requireVocabulary(vocabulary);
    topK = sampling.topK().orElse(vocabulary);
    topP = sampling.topP();
    sorted = new float[vocabulary];
    order = new long[vocabulary];
  }

  /**
   * Lists the codes that are kept, with their weights.
   *
   * @param logits V, none NaN; not changed
   * @param kept receives the codes
   */
  public void keep(float[] logits, CandidateRow kept) {
    if (topK == 1) {
      kept.take(logits, largest(logits));
    } else if (topK < logits.length) {
      keepLargest(logits, kept);
    } else {
      kept.take(logits, Float.NEGATIVE_INFINITY);
    }
    kept.weigh(logits);
    if (topP.isPresent()) {
      keepNucleus(topP.getAsDouble(), logits, kept);
    }
  }

  /** Sets the logits that are filtered out to −∞, in place. Allocates a work space. */
  @Override
  public void process(float[] logits, TokenPlace place) {
    CandidateRow kept = new CandidateRow(logits.length);
    keep(logits, kept);
    kept.mask(logits);
  }

  private static float largest(float[] logits) {
    float largest = Float.NEGATIVE_INFINITY;
    for (float logit : logits) {
      largest = Math.max(largest, logit);
    }
    return largest;
  }

  /**
   * Keeps the {@code topK} largest and those equal to the last of them. Counts buckets first, so
   * that only the bucket of the k-th has to be searched.
   */
  private void keepLargest(float[] logits, CandidateRow kept) {
    Arrays.fill(counts, 0);
    for (float logit : logits) {
      counts[bucket(logit)]++;
    }
    int larger = 0;
    int bucket = FIRST_BUCKET;
    while (larger + counts[bucket] < topK) {
      larger += counts[bucket];
      bucket = bucket - 1 & BUCKETS - 1;
    }
    float floor = Float.intBitsToFloat(sortableBits(bucket << BUCKET_SHIFT));
    kept.take(logits, Float.isNaN(floor) ? Float.NEGATIVE_INFINITY : floor);
    int count = 0;
    for (int i = 0; i < kept.count; i++) {
      float logit = logits[kept.codes[i]];
      sorted[count] = logit;
      count += bucket(logit) == bucket ? 1 : 0;
    }
    int rank = topK - larger;
    if (rank <= count) { // if not, it is −∞, which is not kept anyway
      kept.drop(logits, select(sorted, count, count - rank));
    }
  }

  /** Finds the value that sorting the first {@code length} would put at {@code index} (Hoare). */
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
   * Removes the least probable codes whose probabilities sum to at most 1 − p. Adds up whole
   * buckets first, so that only the last one has to be sorted.
   */
  private void keepNucleus(double p, float[] logits, CandidateRow kept) {
    Arrays.fill(masses, 0);
    double sum = 0;
    float largest = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < kept.count; i++) {
      float logit = logits[kept.codes[i]];
      largest = Math.max(largest, logit);
      masses[bucket(logit)] += kept.weights[i];
      sum += kept.weights[i];
    }
    double removable = (1 - p) * sum;
    int top = bucket(largest);
    int bucket = LAST_BUCKET;
    while (bucket != top && masses[bucket] <= removable) {
      removable -= masses[bucket];
      bucket = bucket + 1 & BUCKETS - 1;
    }
    int count = 0;
    for (int i = 0; i < kept.count; i++) {
      float logit = logits[kept.codes[i]];
      order[count] = rank(sortable(logit), i);
      count += bucket(logit) == bucket ? 1 : 0;
    }
    Arrays.sort(order, 0, count);
    int removed = 0;
    int most = bucket == top ? count - 1 : count; // the most probable one always stays
    while (removed < most) {
      removable -= kept.weights[(int) order[removed]];
      if (removable < 0) {
        break;
      }
      removed++;
    }
    if (removed < count) {
      dropBelow(order[removed], logits, kept);
    } else {
      dropBelow(rank((long) (bucket << BUCKET_SHIFT) + (1 << BUCKET_SHIFT), 0), logits, kept);
    }
  }

  private static void dropBelow(long smallest, float[] logits, CandidateRow kept) {
    int count = 0;
    for (int i = 0; i < kept.count; i++) {
      int code = kept.codes[i];
      kept.codes[count] = code;
      kept.weights[count] = kept.weights[i];
      count += rank(sortable(logits[code]), i) >= smallest ? 1 : 0;
    }
    kept.count = count;
  }

  /** Orders codes by logit, equal ones by place. */
  private static long rank(long sortable, int place) {
    return sortable << 32 | place;
  }

  /** Leading bits of a logit. */
  private static int bucket(float value) {
    return sortable(value) >> BUCKET_SHIFT & BUCKETS - 1;
  }

  /** Maps a float to an int so that the order stays. */
  private static int sortable(float value) {
    return sortableBits(Float.floatToRawIntBits(value));
  }

  /** Maps a float's bits to that int, and back. */
  private static int sortableBits(int bits) {
    return bits ^ (bits >> 31 & 0x7fffffff);
  }
}
