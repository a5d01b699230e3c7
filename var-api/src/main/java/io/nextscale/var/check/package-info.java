/** Checks of arguments. */
@NullMarked
package io.nextscale.var.check;

import org.jspecify.annotations.NullMarked;
