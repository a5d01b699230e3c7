/**
 * The scale loop, from classes to the decoder's input, and teacher forcing. Not exported to
 * applications.
 */
@NullMarked
package io.nextscale.var.generate;

import org.jspecify.annotations.NullMarked;
