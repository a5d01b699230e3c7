/**
 * Finds, unpacks and loads libtorch.
 *
 * <pre>{@code
 * LibTorch library = LibTorch.load();
 * System.out.println(library.version() + " from " + library.directory());
 * }</pre>
 */
@NullMarked
package io.nextscale.libtorch;

import org.jspecify.annotations.NullMarked;
