package io.nextscale.var.sampling;

import io.nextscale.var.check.Check;
import java.util.Objects;

/**
 * Codes of a row that may be drawn, ascending, each with its weight. A view of arrays that the
 * engine fills anew for every row: {@link TokenNoise#sample} reads it during its call only.
 */
public final class Candidates {
  final int vocabulary;
  final int[] codes;
  final double[] weights;
  final int count;

  /**
   * Views the first entries of two arrays.
   *
   * @param vocabulary V, number of codes of the model
   * @param codes that may be drawn, ascending, 0 to V − 1; not copied
   * @param weights probability of each code over that of the most probable one, 0 to 1; not copied
   * @param count number of entries, at least 1
   * @throws IllegalArgumentException if there are fewer entries, or more than V
   */
  public Candidates(int vocabulary, int[] codes, double[] weights, int count) {
    Objects.requireNonNull(codes, "codes");
    Objects.requireNonNull(weights, "weights");
    int most = Math.min(vocabulary, Math.min(codes.length, weights.length));
    Check.range("candidates", count, 1, most);
    this.vocabulary = vocabulary;
    this.codes = codes;
    this.weights = weights;
    this.count = count;
  }

  /** Number of codes of the model, V. */
  public int vocabulary() {
    return vocabulary;
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

  @Override
  public String toString() {
    return "Candidates[" + count + " of " + vocabulary + " codes]";
  }
}
