/** Layers: weights and a pure forward function each. */
@NullMarked
package io.nextscale.var.nn;

import org.jspecify.annotations.NullMarked;
