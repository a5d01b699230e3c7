/**
 * The figures: Fréchet distance, Inception Score, precision and recall, kernel distance. They are
 * computed from features and know nothing of images or networks.
 */
@NullMarked
package io.nextscale.evaluate.metric;

import org.jspecify.annotations.NullMarked;
