/** Writes files whole or not at all, and into devices and pipes. Not exported to applications. */
@NullMarked
package io.nextscale.var.file;

import org.jspecify.annotations.NullMarked;
