/** Generates images with next-scale visual autoregressive models. */
@NullMarked
package io.nextscale.var;

import org.jspecify.annotations.NullMarked;
