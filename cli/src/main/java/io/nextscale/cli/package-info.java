/** The {@code nextscale} command. */
@NullMarked
package io.nextscale.cli;

import org.jspecify.annotations.NullMarked;
