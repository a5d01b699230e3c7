package io.nextscale.var.model;

import io.nextscale.var.generate.Guidance;
import io.nextscale.var.generate.Sampling;

/** What a request uses that does not say otherwise. */
public record SamplingDefaults(Guidance guidance, Sampling sampling) {
  /** The official evaluation settings of VAR: cfg 1.5, top-k 900, top-p 0.96 (its README). */
  public static SamplingDefaults official(int vocabulary) {
    return new SamplingDefaults(Guidance.ramp(1.5), Sampling.of(Math.min(900, vocabulary), 0.96));
  }
}
