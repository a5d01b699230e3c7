/** Classifiers of images, by which rejection sampling chooses. */
@NullMarked
package io.nextscale.evaluate.classify;

import org.jspecify.annotations.NullMarked;
