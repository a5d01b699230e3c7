/**
 * Evaluation of generated images as the papers measure it: FID, sFID, Inception Score, precision
 * and recall. {@link io.nextscale.evaluate.ImageEvaluator} is the entry.
 */
@NullMarked
package io.nextscale.evaluate;

import org.jspecify.annotations.NullMarked;
