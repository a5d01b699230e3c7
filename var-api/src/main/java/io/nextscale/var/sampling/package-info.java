/**
 * From logits to tokens: guidance, filters, and noise as a function of seed, position and entry.
 */
@NullMarked
package io.nextscale.var.sampling;

import org.jspecify.annotations.NullMarked;
