/** Tensors, operators and lifetimes over libtorch's C ABI. */
@NullMarked
package io.nextscale.torch;

import org.jspecify.annotations.NullMarked;
