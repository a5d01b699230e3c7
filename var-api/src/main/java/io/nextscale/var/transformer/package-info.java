/**
 * The transformer, which predicts the tokens of a scale from all earlier scales. Not exported to
 * applications.
 */
@NullMarked
package io.nextscale.var.transformer;

import org.jspecify.annotations.NullMarked;
