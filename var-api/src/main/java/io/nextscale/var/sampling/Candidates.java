package io.nextscale.var.sampling;

/**
 * Codes of a row that may be drawn, ascending, each with its weight. {@link TokenFilter} fills it
 * anew for every row, {@link TokenNoise} reads it; for use by one thread.
 */
public final class Candidates {
  final int[] codes;
  final double[] weights;
  int count;

  /**
   * Makes room for all codes.
   *
   * @param vocabulary V, number of codes of the model
   */
  public Candidates(int vocabulary) {
    codes = new int[vocabulary];
    weights = new double[vocabulary];
  }

  /** Number of codes of the model, V. */
  public int vocabulary() {
    return codes.length;
  }

  /** Number of codes that may be drawn. */
  public int count() {
    return count;
  }

  /**
   * Returns a code that may be drawn; codes ascend with the index.
   *
   * @param index 0 to {@link #count} − 1
   */
  public int code(int index) {
    return codes[index];
  }

  /**
   * Probability of a code over that of the most probable one: 0 to 1.
   *
   * @param index 0 to {@link #count} − 1
   */
  public double weight(int index) {
    return weights[index];
  }

  /**
   * Takes all codes whose logit is at least {@code smallest} and not −∞. The loop has no branch:
   * the processor would predict it wrongly every other time.
   */
  void take(float[] logits, float smallest) {
    float floor = Math.max(smallest, -Float.MAX_VALUE);
    int taken = 0;
    for (int i = 0; i < logits.length; i++) {
      codes[taken] = i;
      taken += logits[i] >= floor ? 1 : 0;
    }
    count = taken;
  }

  /** Drops the codes whose logit is below {@code smallest}. */
  void drop(float[] logits, float smallest) {
    int kept = 0;
    for (int i = 0; i < count; i++) {
      int code = codes[i];
      codes[kept] = code;
      kept += logits[code] >= smallest ? 1 : 0;
    }
    count = kept;
  }

  /** Computes the weights: exp(logit − largest logit). */
  void weigh(float[] logits) {
    float largest = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < count; i++) {
      largest = Math.max(largest, logits[codes[i]]);
    }
    for (int i = 0; i < count; i++) {
      weights[i] = Math.exp(logits[codes[i]] - largest);
    }
  }

  /** Sets the logits of all other codes to −∞. */
  void mask(float[] logits) {
    int next = 0;
    for (int i = 0; i < logits.length; i++) {
      if (next < count && codes[next] == i) {
        next++;
      } else {
        logits[i] = Float.NEGATIVE_INFINITY;
      }
    }
  }
}
