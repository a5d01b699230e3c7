/** Generation scale by scale, and scoring of given tokens by teacher forcing. */
@NullMarked
package io.nextscale.var.generate;

import org.jspecify.annotations.NullMarked;
