/**
 * Weights on disk: {@code .pth} archives and safetensors files, read without copies and written
 * whole or not at all.
 */
@NullMarked
package io.nextscale.var.checkpoint;

import org.jspecify.annotations.NullMarked;
