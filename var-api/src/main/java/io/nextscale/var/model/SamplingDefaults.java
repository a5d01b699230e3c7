package io.nextscale.var.model;

import io.nextscale.var.sampling.Guidance;
import io.nextscale.var.sampling.Sampling;

/**
 * Settings of a request that gives none.
 *
 * @param guidance for a request without guidance
 * @param sampling for a request without sampling
 */
public record SamplingDefaults(Guidance guidance, Sampling sampling) {
  /** Copies this with the settings that the object "sampling_defaults" of a configuration names. */
  SamplingDefaults changedBy(ConfigObject given) {
    Guidance guide = guidance;
    Sampling draw = sampling.withSmooth(given.flag("more_smooth", false));
    if (given.has("cfg")) {
      guide = guide.withStrength(given.number("cfg"));
    }
    if (given.has("top_k")) {
      draw = draw.withTopK(given.integer("top_k"));
    }
    if (given.has("top_p")) {
      draw = draw.withTopP(given.number("top_p"));
    }
    return new SamplingDefaults(guide, draw);
  }
}
