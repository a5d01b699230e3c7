/** Files that are written whole or not at all. */
@NullMarked
package io.nextscale.var.file;

import org.jspecify.annotations.NullMarked;
