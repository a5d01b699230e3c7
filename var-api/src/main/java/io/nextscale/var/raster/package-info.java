/** Networks that predict an image's tokens one after the other, row by row. */
@NullMarked
package io.nextscale.var.raster;

import org.jspecify.annotations.NullMarked;
