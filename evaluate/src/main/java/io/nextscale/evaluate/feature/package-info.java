/**
 * Features of sets of images: computed image by image into a file, so that an interrupted run goes
 * on, and read from it by the metrics.
 */
@NullMarked
package io.nextscale.evaluate.feature;

import org.jspecify.annotations.NullMarked;
