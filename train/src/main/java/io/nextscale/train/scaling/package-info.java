/** The scaling law of VAR in miniature: one training for each size, and the law through them. */
@NullMarked
package io.nextscale.train.scaling;

import org.jspecify.annotations.NullMarked;
