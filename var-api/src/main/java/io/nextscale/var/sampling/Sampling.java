package io.nextscale.var.sampling;

import io.nextscale.var.check.Check;
import java.util.List;
import java.util.Objects;
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
  /**
   * Checks every range and sorts the excluded codes.
   *
   * @throws IllegalArgumentException naming the component that is out of range
   */
  public Sampling {
    Objects.requireNonNull(topK, "topK");
    Objects.requireNonNull(topP, "topP");
    Objects.requireNonNull(greedyGrids, "greedyGrids");
    Objects.requireNonNull(excludedCodes, "excludedCodes");
    topK.ifPresent(k -> Check.that(k > 0, "top-k", k, "1 and more"));
    topP.ifPresent(p -> Check.that(p > 0 && p <= 1, "top-p", p, "above 0, at most 1"));
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
   * @param topK 1 to V
   * @param topP above 0, at most 1
   * @throws IllegalArgumentException if one is out of range
   */
  public static Sampling of(int topK, double topP) {
    return all().withTopK(topK).withTopP(topP);
  }

  /**
   * Copies this with another top-k.
   *
   * @param k 1 to V
   * @throws IllegalArgumentException if it is below 1
   */
  public Sampling withTopK(int k) {
    return withTopK(OptionalInt.of(k));
  }

  /** Copies this with another top-k, or without. */
  public Sampling withTopK(OptionalInt k) {
    return new Sampling(k, topP, temperature, smooth, greedyGrids, excludedCodes);
  }

  /**
   * Copies this with another top-p.
   *
   * @param p above 0, at most 1
   * @throws IllegalArgumentException if it is out of range
   */
  public Sampling withTopP(double p) {
    return withTopP(OptionalDouble.of(p));
  }

  /** Copies this with another top-p, or without. */
  public Sampling withTopP(OptionalDouble p) {
    return new Sampling(topK, p, temperature, smooth, greedyGrids, excludedCodes);
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
        k -> Check.that(k <= size, "top-k", k, "1 to %s, the codes of the model".formatted(size)));
    if (excludedCodes.size() >= size) {
      throw new IllegalArgumentException("all " + size + " codes are excluded: one must be left");
    }
    excludedCodes.forEach(code -> Check.range("excluded code", code, 0, size - 1));
    return this;
  }
}
