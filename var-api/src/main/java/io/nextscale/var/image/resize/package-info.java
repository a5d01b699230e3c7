/**
 * Resampling of grids: the input samples of each output sample, and their weights. Knows neither
 * images nor tensors. Not exported.
 */
@NullMarked
package io.nextscale.var.image.resize;

import org.jspecify.annotations.NullMarked;
