/** Training of transformers on the forward code that generates images. */
@NullMarked
package io.nextscale.train.tokenizer;

import org.jspecify.annotations.NullMarked;
