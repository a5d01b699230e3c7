package io.nextscale.var.generate;

import io.nextscale.torch.Functional;
import io.nextscale.torch.Tensor;
import java.util.List;
import java.util.TreeSet;

/**
 * How tokens are drawn from the logits.
 *
 * @param topK keep the k largest logits (and those equal to the k-th); 0: all
 * @param topP then keep the most probable tokens that make up p; 0: all
 * @param temperature logits are divided by it; 1: as they are
 * @param smooth use a mixture of codes instead of the drawn one ("more smooth" in the official
 *     code; for looking at, not for measuring; residual models only)
 * @param greedyGrids grids at which top-k is 1
 * @param excludedCodes codes that are never drawn; their logits show as −100 ("invalid ids")
 */
public record Sampling(
    int topK,
    double topP,
    double temperature,
    boolean smooth,
    GreedyGrids greedyGrids,
    List<Integer> excludedCodes) {
  private static final double EXCLUDED_LOGIT = -100;

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
    excludedCodes = List.copyOf(new TreeSet<>(excludedCodes));
  }

  /** Always the most probable token. */
  public static Sampling greedy() {
    return of(1, 0);
  }

  /** Top-k, then top-p, at temperature 1, at every grid. */
  public static Sampling of(int topK, double topP) {
    return new Sampling(topK, topP, 1, false, GreedyGrids.none(), List.of());
  }

  /** The same with other top-k and top-p. */
  public Sampling withTop(int k, double p) {
    return new Sampling(k, p, temperature, smooth, greedyGrids, excludedCodes);
  }

  /** The same at another temperature. */
  public Sampling withTemperature(double value) {
    return new Sampling(topK, topP, value, smooth, greedyGrids, excludedCodes);
  }

  /** The same with or without mixing codes. */
  public Sampling withSmooth(boolean value) {
    return new Sampling(topK, topP, temperature, value, greedyGrids, excludedCodes);
  }

  /** The same with another rule of greedy grids. */
  public Sampling withGreedyGrids(GreedyGrids value) {
    return new Sampling(topK, topP, temperature, smooth, value, excludedCodes);
  }

  /** The same without some codes. */
  public Sampling withExcludedCodes(List<Integer> value) {
    return new Sampling(topK, topP, temperature, smooth, greedyGrids, value);
  }

  /** Logits (B, l, V) with those of the excluded codes set to −100. */
  Tensor exclude(Tensor logits) {
    if (excludedCodes.isEmpty()) {
      return logits;
    }
    boolean[] excluded = new boolean[(int) logits.size(2)];
    excludedCodes.forEach(code -> excluded[code] = true);
    Tensor mask = Tensor.of(excluded, excluded.length).to(logits.device());
    return Functional.where(mask, Tensor.scalar(EXCLUDED_LOGIT), logits);
  }

  /**
   * Checks the limits of a vocabulary.
   *
   * @throws IllegalArgumentException if top-k is larger or an excluded code is no code
   */
  public Sampling requireVocabulary(int size) {
    if (topK > size) {
      throw new IllegalArgumentException(
          "top-k " + topK + ": the model has " + size + " codes, expected 0 to " + size);
    }
    if (excludedCodes.size() >= size) {
      throw new IllegalArgumentException("all " + size + " codes are excluded: one must be left");
    }
    for (int code : excludedCodes) {
      if (code < 0 || code >= size) {
        throw new IllegalArgumentException(
            "excluded code " + code + ": the model has 0 to " + (size - 1));
      }
    }
    return this;
  }
}
