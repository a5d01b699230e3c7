/** Edits: images whose tokens are forced on a generation where they are kept. */
@NullMarked
package io.nextscale.var.edit;

import org.jspecify.annotations.NullMarked;
