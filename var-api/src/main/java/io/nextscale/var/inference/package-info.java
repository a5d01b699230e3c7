/**
 * Execution: how a model is run, as fast as the device can. Not exported. The scale loop sees a
 * {@link io.nextscale.var.generate.Predictor}; layers see nothing of this.
 */
@NullMarked
package io.nextscale.var.inference;

import org.jspecify.annotations.NullMarked;
