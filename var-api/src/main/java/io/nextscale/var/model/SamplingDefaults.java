package io.nextscale.var.model;

import io.nextscale.var.generate.GreedyGrids;
import io.nextscale.var.generate.Guidance;
import io.nextscale.var.generate.Sampling;

/** What a request uses that does not say otherwise. */
public record SamplingDefaults(Guidance guidance, Sampling sampling) {
  private static final int TRAINED_PATCH_NUMBER = 16;

  /**
   * FlexVAR's: cfg 2.5 with its ramp, top-k 900, top-p 0.95, greedy at untrained grids ({@code
   * eval_c2i.py} and {@code scripts/evaluate_c2i.sh} at 04462cb).
   */
  public static SamplingDefaults flexVar(int vocabulary) {
    return new SamplingDefaults(
        Guidance.flexRamp(2.5, TRAINED_PATCH_NUMBER),
        Sampling.of(Math.min(900, vocabulary), 0.95)
            .withGreedyGrids(GreedyGrids.published(TRAINED_PATCH_NUMBER)));
  }

  /** The official evaluation settings of VAR: cfg 1.5, top-k 900, top-p 0.96 (its README). */
  public static SamplingDefaults official(int vocabulary) {
    return new SamplingDefaults(Guidance.ramp(1.5), Sampling.of(Math.min(900, vocabulary), 0.96));
  }
}
