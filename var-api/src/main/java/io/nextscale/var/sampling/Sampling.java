package io.nextscale.var.sampling;

import io.nextscale.torch.Functional;
import io.nextscale.torch.Tensor;
import io.nextscale.var.check.Check;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.TreeSet;

/**
 * How tokens are drawn from the logits.
 *
 * @param topK at least 1: keep the k largest logits, and those equal to the k-th
 * @param topP above 0, at most 1: then keep the most probable tokens that make up p
 * @param temperature above 0; logits are divided by it
 * @param smooth use a mixture of codes instead of the drawn one ("more smooth" in the official
 *     code; for looking at, not for measuring; residual models only)
 * @param greedyGrids grids at which top-k is 1
 * @param excludedCodes codes that are never drawn; their logits show as −100 ("invalid ids");
 *     sorted here
 */
public record Sampling(
    OptionalInt topK,
    OptionalDouble topP,
    double temperature,
    boolean smooth,
    GreedyGrids greedyGrids,
    List<Integer> excludedCodes) {
  private static final double EXCLUDED_LOGIT = -100;

  /** Checks every range. */
  public Sampling {
    topK.ifPresent(k -> Check.that(k > 0, "top-k", k, "0 and more (0: all)"));
    topP.ifPresent(p -> Check.that(p > 0 && p <= 1, "top-p", p, "0 to 1 (0: all)"));
    Check.positive("temperature", temperature);
    excludedCodes = List.copyOf(new TreeSet<>(excludedCodes));
  }

  /** Draws from all codes, at temperature 1, at every grid. */
  public static Sampling all() {
    return new Sampling(
        OptionalInt.empty(), OptionalDouble.empty(), 1, false, GreedyGrids.none(), List.of());
  }

  /** Takes the most probable token always. */
  public static Sampling greedy() {
    return all().withTopK(1);
  }

  /**
   * Draws with top-k, then top-p, at temperature 1, at every grid.
   *
   * @param topK 0, as in the official code: all codes
   * @param topP 0, as in the official code: all codes
   */
  public static Sampling of(int topK, double topP) {
    return all().withTopK(topK).withTopP(topP);
  }

  /** Copies it with another top-k; 0, as in the official code: all codes. */
  public Sampling withTopK(int k) {
    OptionalInt value = k == 0 ? OptionalInt.empty() : OptionalInt.of(k);
    return new Sampling(value, topP, temperature, smooth, greedyGrids, excludedCodes);
  }

  /** Copies it with another top-p; 0, as in the official code: all codes. */
  public Sampling withTopP(double p) {
    OptionalDouble value = p == 0 ? OptionalDouble.empty() : OptionalDouble.of(p);
    return new Sampling(topK, value, temperature, smooth, greedyGrids, excludedCodes);
  }

  /** Copies it at another temperature. */
  public Sampling withTemperature(double value) {
    return new Sampling(topK, topP, value, smooth, greedyGrids, excludedCodes);
  }

  /** Copies it with or without mixing codes. */
  public Sampling withSmooth(boolean value) {
    return new Sampling(topK, topP, temperature, value, greedyGrids, excludedCodes);
  }

  /** Copies it with another rule of greedy grids. */
  public Sampling withGreedyGrids(GreedyGrids value) {
    return new Sampling(topK, topP, temperature, smooth, value, excludedCodes);
  }

  /** Copies it with other codes that are never drawn. */
  public Sampling withExcludedCodes(List<Integer> value) {
    return new Sampling(topK, topP, temperature, smooth, greedyGrids, value);
  }

  /** Sets the logits (B, l, V) of the excluded codes to −100, in a copy. */
  public Tensor exclude(Tensor logits) {
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
    topK.ifPresent(
        k -> Check.that(k <= size, "top-k", k, "0 to %d, the codes of the model".formatted(size)));
    if (excludedCodes.size() >= size) {
      throw new IllegalArgumentException("all " + size + " codes are excluded: one must be left");
    }
    excludedCodes.forEach(code -> Check.range("excluded code", code, 0, size - 1));
    return this;
  }
}
