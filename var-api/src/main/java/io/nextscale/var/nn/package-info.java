/**
 * Layers, each with its weights and a pure forward function, and initial weights for training. Not
 * exported to applications.
 */
@NullMarked
package io.nextscale.var.nn;

import org.jspecify.annotations.NullMarked;
