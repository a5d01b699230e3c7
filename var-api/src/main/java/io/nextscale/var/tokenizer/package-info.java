/**
 * The image tokenizer's network: encoder, quantizer with its scale step, decoder. Not exported to
 * applications.
 */
@NullMarked
package io.nextscale.var.tokenizer;

import org.jspecify.annotations.NullMarked;
