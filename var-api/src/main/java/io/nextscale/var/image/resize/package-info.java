/**
 * Resampling of grids: the input samples of each output sample and their weights. It knows neither
 * images nor tensors.
 */
@NullMarked
package io.nextscale.var.image.resize;

import org.jspecify.annotations.NullMarked;
