/** Writing files whole. */
@NullMarked
package io.nextscale.var.file;

import org.jspecify.annotations.NullMarked;
