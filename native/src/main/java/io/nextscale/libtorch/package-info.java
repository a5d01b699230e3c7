/** Finds, unpacks and loads libtorch. */
@NullMarked
package io.nextscale.libtorch;

import org.jspecify.annotations.NullMarked;
