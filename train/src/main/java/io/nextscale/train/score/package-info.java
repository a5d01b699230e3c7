/** Scores a model on folders of images: the figures of VAR's scaling laws. */
@NullMarked
package io.nextscale.train.score;

import org.jspecify.annotations.NullMarked;
