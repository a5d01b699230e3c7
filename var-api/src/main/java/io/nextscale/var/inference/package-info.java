/** Execution of a model: which kernel computes, in which memory, in which order. Not exported. */
@NullMarked
package io.nextscale.var.inference;

import org.jspecify.annotations.NullMarked;
