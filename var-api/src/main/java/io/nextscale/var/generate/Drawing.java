package io.nextscale.var.generate;

import io.nextscale.var.sampling.LogitsProcessor;
import io.nextscale.var.sampling.Sampling;
import io.nextscale.var.sampling.TokenNoise;
import org.jspecify.annotations.Nullable;

/**
 * The way from logits to tokens.
 *
 * @param sampling filter of the logits
 * @param processor the request's own, if it has one
 * @param noise random numbers by image, position and code
 */
public record Drawing(Sampling sampling, @Nullable LogitsProcessor processor, TokenNoise noise) {
  /** Draws without a processor of the request's own. */
  public Drawing(Sampling sampling, TokenNoise noise) {
    this(sampling, null, noise);
  }
}
