/** The layers of the Inception network of 2015-12-05: what it computes. */
@NullMarked
package io.nextscale.evaluate.inception.layer;

import org.jspecify.annotations.NullMarked;
