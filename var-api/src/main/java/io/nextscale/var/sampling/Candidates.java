package io.nextscale.var.sampling;

/**
 * The codes of a row that may be drawn, ascending, each with its weight. Work space: filled anew
 * for every row, for use by one thread.
 */
public final class Candidates {
  final int[] codes;
  final double[] weights;
  int count;

  /** Room for all codes of a vocabulary. */
  public Candidates(int vocabulary) {
    codes = new int[vocabulary];
    weights = new double[vocabulary];
  }

  /** How many codes the model has, V. */
  public int vocabulary() {
    return codes.length;
  }

  /** How many codes may be drawn: at least one. */
  public int count() {
    return count;
  }

  /**
   * One of them.
   *
   * @param index 0 to {@link #count} − 1
   */
  public int code(int index) {
    return codes[index];
  }

  /** Its probability over that of the most probable one: 0 to 1. */
  public double weight(int index) {
    return weights[index];
  }

  /**
   * Takes all codes from a logit on, but none of −∞; written without a branch, which the processor
   * would guess wrong every other time.
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

  /** Drops those below a logit. */
  void drop(float[] logits, float smallest) {
    int kept = 0;
    for (int i = 0; i < count; i++) {
      int code = codes[i];
      codes[kept] = code;
      kept += logits[code] >= smallest ? 1 : 0;
    }
    count = kept;
  }

  /** Computes the weights. */
  void weigh(float[] logits) {
    float largest = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < count; i++) {
      largest = Math.max(largest, logits[codes[i]]);
    }
    for (int i = 0; i < count; i++) {
      weights[i] = Math.exp(logits[codes[i]] - largest);
    }
  }

  /** Sets the logits of all others to −∞. */
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
