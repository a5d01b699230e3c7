/** Layers of the networks: each holds weights and has a pure forward function. */
@NullMarked
package io.nextscale.var.nn;

import org.jspecify.annotations.NullMarked;
