/** An adversary and a perceptual distance, which tokenizer training adds to the pixel loss. */
@NullMarked
package io.nextscale.train.adversary;

import org.jspecify.annotations.NullMarked;
