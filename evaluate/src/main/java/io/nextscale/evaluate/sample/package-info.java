/** Sets of generated images for an evaluation: made in blocks, so that a stopped run goes on. */
@NullMarked
package io.nextscale.evaluate.sample;

import org.jspecify.annotations.NullMarked;
