package io.nextscale.var.generate;

/**
 * How tokens are drawn from the logits.
 *
 * @param topK keep the k largest logits (and those equal to the k-th); 0: all
 * @param topP then keep the most probable tokens that make up p; 0: all
 * @param temperature logits are divided by it; 1: as they are
 * @param smooth use a mixture of codes instead of the drawn one ("more smooth" in the official
 *     code; for looking at, not for measuring)
 */
public record Sampling(int topK, double topP, double temperature, boolean smooth) {
  /** Checks every range. */
  public Sampling {
    if (topK < 0) {
      throw new IllegalArgumentException("top-k " + topK + ": at least 0 (0: all)");
    }
    if (!(topP >= 0 && topP <= 1)) {
      throw new IllegalArgumentException("top-p " + topP + ": 0 to 1 (0: all)");
    }
    if (!(temperature > 0 && temperature < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("temperature " + temperature + ": above 0");
    }
  }

  /** Always the most probable token. */
  public static Sampling greedy() {
    return new Sampling(1, 0, 1, false);
  }

  /** Top-k, then top-p, at temperature 1. */
  public static Sampling of(int topK, double topP) {
    return new Sampling(topK, topP, 1, false);
  }

  /**
   * Checks the limits of a vocabulary.
   *
   * @throws IllegalArgumentException if top-k is larger
   */
  public Sampling requireVocabulary(int size) {
    if (topK > size) {
      throw new IllegalArgumentException(
          "top-k " + topK + ": the model has " + size + " codes, expected 0 to " + size);
    }
    return this;
  }
}
