package io.nextscale.var.model;

import io.nextscale.var.sampling.ClassifierFreeGuidance;
import io.nextscale.var.sampling.Sampling;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * Settings of a request that gives none.
 *
 * @param guidance for a request without guidance
 * @param sampling for a request without sampling
 */
public record SamplingDefaults(ClassifierFreeGuidance guidance, Sampling sampling) {
  /** Checks that no component is null. */
  public SamplingDefaults {
    Objects.requireNonNull(guidance, "guidance");
    Objects.requireNonNull(sampling, "sampling");
  }

  /** Copies this with the settings that the object "sampling_defaults" of a configuration names. */
  SamplingDefaults changedBy(ConfigObject given) {
    ClassifierFreeGuidance guide = guidance;
    Sampling draw = sampling.withSmooth(given.flag("more_smooth", false));
    if (given.has("cfg")) {
      guide = guide.withStrength(given.number("cfg"));
    }
    if (given.has("cfg_interval")) {
      int tokens = given.integer("cfg_interval"); // -1, as in the official code: all tokens
      guide = guide.withInterval(tokens == -1 ? OptionalInt.empty() : OptionalInt.of(tokens));
    }
    if (given.has("temperature")) {
      draw = draw.withTemperature(given.number("temperature"));
    }
    if (given.has("top_k")) {
      int k = given.integer("top_k"); // 0, as in the official code: all codes
      draw = draw.withTopK(k == 0 ? OptionalInt.empty() : OptionalInt.of(k));
    }
    if (given.has("top_p")) {
      double p = given.number("top_p"); // 0, as in the official code: all codes
      draw = draw.withTopP(p == 0 ? OptionalDouble.empty() : OptionalDouble.of(p));
    }
    return new SamplingDefaults(guide, draw);
  }
}
