/** Reports of a training: tables, plots, fits, progress. */
@NullMarked
package io.nextscale.train.metrics;

import org.jspecify.annotations.NullMarked;
