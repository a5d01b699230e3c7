package io.nextscale.var.generate;

import io.nextscale.var.sampling.Candidates;

/**
 * Work space for the codes of a row that may be drawn, ascending, each with its weight: {@link
 * TokenFilter} fills it anew for every row. For use by one thread.
 */
public final class CandidateRow {
  final int[] codes;
  final double[] weights;
  int count;

  /**
   * Makes room for all codes.
   *
   * @param vocabulary V, number of codes of the model
   */
  public CandidateRow(int vocabulary) {
    codes = new int[vocabulary];
    weights = new double[vocabulary];
  }

  /** Views the candidates of this row, of which there is at least one, until it is filled anew. */
  public Candidates view() {
    return new Candidates(codes.length, codes, weights, count);
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
