/** What tokenizer training adds to the pixel loss: an adversary and a perceptual distance. */
@NullMarked
package io.nextscale.train.adversary;

import org.jspecify.annotations.NullMarked;
