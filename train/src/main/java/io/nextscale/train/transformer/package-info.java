/** Training of transformers: tokens of all images, loss, initial weights, steps. */
@NullMarked
package io.nextscale.train.transformer;

import org.jspecify.annotations.NullMarked;
