/**
 * The scale loop, from classes to the decoder's input, the drawing of tokens, and teacher forcing.
 * Not exported to applications.
 */
@NullMarked
package io.nextscale.var.generate;

import org.jspecify.annotations.NullMarked;
