/** Checks of arguments, with one form of message. Not exported to applications. */
@NullMarked
package io.nextscale.var.check;

import org.jspecify.annotations.NullMarked;
