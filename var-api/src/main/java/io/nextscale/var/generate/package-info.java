/** The loop over scales: guidance, sampling, editing. */
@NullMarked
package io.nextscale.var.generate;

import org.jspecify.annotations.NullMarked;
