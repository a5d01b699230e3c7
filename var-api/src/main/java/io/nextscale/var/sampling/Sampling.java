package io.nextscale.var.sampling;

import io.nextscale.torch.Functional;
import io.nextscale.torch.Tensor;
import io.nextscale.var.check.Check;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.TreeSet;

/**
 * Rules by which tokens are drawn from logits, in this order: exclusion, temperature, top-k, top-p
 * ({@code sample_with_top_k_top_p_} in VAR's {@code models/helpers.py}). Immutable.
 *
 * @param topK at least 1: keeps the k largest logits, and those equal to the k-th; none: all
 * @param topP above 0, at most 1: then keeps the most probable tokens that together have
 *     probability p; none: all
 * @param temperature finite and above 0; logits are divided by it
 * @param smooth whether to continue with a mixture of codes instead of the drawn one ("more_smooth"
 *     in the official code); pleasing to look at, not for measurements; residual models only
 * @param greedyGrids grids at which top-k is 1
 * @param excludedCodes codes that are never drawn, "invalid_ids"; a listener sees their logits as
 *     −100; sorted here
 */
public record Sampling(
    OptionalInt topK,
    OptionalDouble topP,
    double temperature,
    boolean smooth,
    GreedyGrids greedyGrids,
    List<Integer> excludedCodes) {
  private static final double EXCLUDED_LOGIT = -100;

  /**
   * Checks every range and sorts the excluded codes.
   *
   * @throws IllegalArgumentException naming the component that is out of range
   */
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

  /** Always takes the most probable token. */
  public static Sampling greedy() {
    return all().withTopK(1);
  }

  /**
   * Draws with top-k, then top-p, at temperature 1, at every grid.
   *
   * @param topK 1 to V; 0, as in the official code: all codes
   * @param topP above 0, at most 1; 0, as in the official code: all codes
   */
  public static Sampling of(int topK, double topP) {
    return all().withTopK(topK).withTopP(topP);
  }

  /**
   * Copies this with another top-k.
   *
   * @param k 1 to V; 0, as in the official code: all codes
   */
  public Sampling withTopK(int k) {
    OptionalInt value = k == 0 ? OptionalInt.empty() : OptionalInt.of(k);
    return new Sampling(value, topP, temperature, smooth, greedyGrids, excludedCodes);
  }

  /**
   * Copies this with another top-p.
   *
   * @param p above 0, at most 1; 0, as in the official code: all codes
   */
  public Sampling withTopP(double p) {
    OptionalDouble value = p == 0 ? OptionalDouble.empty() : OptionalDouble.of(p);
    return new Sampling(topK, value, temperature, smooth, greedyGrids, excludedCodes);
  }

  /** Copies this with another temperature. */
  public Sampling withTemperature(double value) {
    return new Sampling(topK, topP, value, smooth, greedyGrids, excludedCodes);
  }

  /** Copies this with or without a mixture of codes. */
  public Sampling withSmooth(boolean value) {
    return new Sampling(topK, topP, temperature, value, greedyGrids, excludedCodes);
  }

  /** Copies this with another rule of greedy grids. */
  public Sampling withGreedyGrids(GreedyGrids value) {
    return new Sampling(topK, topP, temperature, smooth, value, excludedCodes);
  }

  /** Copies this with other codes that are never drawn. */
  public Sampling withExcludedCodes(List<Integer> value) {
    return new Sampling(topK, topP, temperature, smooth, greedyGrids, value);
  }

  /** Copies logits (B, l, V) with those of the excluded codes at −100. Called by the engine. */
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
   * Checks this sampling against a model's codes.
   *
   * @param size V, number of codes
   * @return this sampling
   * @throws IllegalArgumentException if top-k is above V, an excluded code is no code, or all are
   *     excluded
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
