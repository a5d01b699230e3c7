/** Options that several commands have, and the files that they name, read and checked. */
@NullMarked
package io.nextscale.cli.option;

import org.jspecify.annotations.NullMarked;
