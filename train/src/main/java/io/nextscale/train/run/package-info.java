/** The run of a training: steps, state, evaluations, and how it goes on after a stop. */
@NullMarked
package io.nextscale.train.run;

import org.jspecify.annotations.NullMarked;
