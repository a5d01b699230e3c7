/** The transformer that predicts the tokens of a scale from all earlier scales. */
@NullMarked
package io.nextscale.var.transformer;

import org.jspecify.annotations.NullMarked;
