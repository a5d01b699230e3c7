/** Training of transformers on the forward code that generates pictures. */
@NullMarked
package io.nextscale.train.transformer;

import org.jspecify.annotations.NullMarked;
