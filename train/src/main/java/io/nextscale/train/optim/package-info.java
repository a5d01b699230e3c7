/** Parameters in training, their first values, optimiser, schedule and moving average. */
@NullMarked
package io.nextscale.train.optim;

import org.jspecify.annotations.NullMarked;
