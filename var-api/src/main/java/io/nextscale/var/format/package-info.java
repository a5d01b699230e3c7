/** Tells the format of a file from its first bytes. Not exported to applications. */
@NullMarked
package io.nextscale.var.format;

import org.jspecify.annotations.NullMarked;
