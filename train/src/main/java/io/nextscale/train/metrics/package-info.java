/** What a training reports: tables, plots, progress. */
@NullMarked
package io.nextscale.train.metrics;

import org.jspecify.annotations.NullMarked;
