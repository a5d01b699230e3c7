/**
 * Resampling of grids of samples: which input samples an output sample is made of, and with which
 * weights. Knows neither images nor tensors.
 */
@NullMarked
package io.nextscale.var.image.resize;

import org.jspecify.annotations.NullMarked;
