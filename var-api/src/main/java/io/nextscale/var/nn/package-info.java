/** Layers: their weights and a pure forward function each. Not exported to applications. */
@NullMarked
package io.nextscale.var.nn;

import org.jspecify.annotations.NullMarked;
