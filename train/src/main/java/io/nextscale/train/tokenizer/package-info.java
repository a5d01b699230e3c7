/** Training of transformers on the forward code that generates pictures. */
@NullMarked
package io.nextscale.train.tokenizer;

import org.jspecify.annotations.NullMarked;
