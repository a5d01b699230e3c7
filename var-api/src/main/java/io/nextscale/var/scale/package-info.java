/** Scales and the token maps that live on them. */
@NullMarked
package io.nextscale.var.scale;

import org.jspecify.annotations.NullMarked;
