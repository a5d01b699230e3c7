/**
 * Execution of a model, as fast as the device can: KV cache, kernels, precision, threads. The scale
 * loop sees a {@link io.nextscale.var.generate.Predictor}; layers see nothing of this. Not exported
 * to applications.
 */
@NullMarked
package io.nextscale.var.inference;

import org.jspecify.annotations.NullMarked;
