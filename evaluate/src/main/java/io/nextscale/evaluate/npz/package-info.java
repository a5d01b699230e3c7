/**
 * Files of NumPy arrays: {@code .npz}, a zip archive with one {@code .npy} file for each array. For
 * the data sets and statistics that the evaluators of the papers exchange.
 */
@NullMarked
package io.nextscale.evaluate.npz;

import org.jspecify.annotations.NullMarked;
