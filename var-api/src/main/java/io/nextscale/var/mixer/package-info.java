/** Mixers with a state of constant size, over sequences of tokens. Not exported to applications. */
@NullMarked
package io.nextscale.var.mixer;

import org.jspecify.annotations.NullMarked;
