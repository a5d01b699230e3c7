/**
 * Execution of a model, as fast as the device allows. The scale loop sees a {@link
 * io.nextscale.var.generate.Predictor}; layers see nothing of this package, which is not exported.
 */
@NullMarked
package io.nextscale.var.inference;

import org.jspecify.annotations.NullMarked;
