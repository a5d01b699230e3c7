/** Training of tokenizers: losses, codes, initial weights, steps. */
@NullMarked
package io.nextscale.train.tokenizer;

import org.jspecify.annotations.NullMarked;
