/**
 * Guidance and sampling: how logits become tokens, and the noise that decides.
 *
 * <p>{@link io.nextscale.var.sampling.Guidance} and {@link io.nextscale.var.sampling.Sampling}
 * belong to a request; without them it has the model's. Noise is a function of seed, position and
 * codebook entry, so that of an image does not depend on its batch.
 *
 * <p>{@link io.nextscale.var.sampling.Guidance}, {@link io.nextscale.var.sampling.LogitsProcessor}
 * and {@link io.nextscale.var.sampling.TokenNoise} are interfaces that an application may
 * implement.
 *
 * <pre>{@code
 * GenerationRequest request =
 *     GenerationRequest.of(207)
 *         .guidance(Guidance.ramp(4)) // grows to 4 at the last scale
 *         .sampling(Sampling.of(600, 0.95).withTemperature(0.9)) // top-k, top-p
 *         .build();
 * }</pre>
 */
@NullMarked
package io.nextscale.var.sampling;

import org.jspecify.annotations.NullMarked;
