/** The failure of an evaluation. */
@NullMarked
package io.nextscale.evaluate.error;

import org.jspecify.annotations.NullMarked;
