/** Which models there are, how they are configured and loaded. */
@NullMarked
package io.nextscale.var.model;

import org.jspecify.annotations.NullMarked;
