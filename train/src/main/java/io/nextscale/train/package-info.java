/** Training of a whole model from images: tokenizer, tokens, transformer. */
@NullMarked
package io.nextscale.train;

import org.jspecify.annotations.NullMarked;
