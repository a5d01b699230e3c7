/** Sampling, tokenizing, scoring and evaluating on Apache Spark: from data set to data set. */
@NullMarked
package io.nextscale.spark;

import org.jspecify.annotations.NullMarked;
