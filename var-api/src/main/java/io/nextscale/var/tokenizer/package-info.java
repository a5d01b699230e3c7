/** The multi-scale image tokenizer: encoder, quantizer, decoder. */
@NullMarked
package io.nextscale.var.tokenizer;

import org.jspecify.annotations.NullMarked;
