/** The program for spark-submit: a set of samples and its evaluation, and a table of costs. */
@NullMarked
package io.nextscale.spark.job;

import org.jspecify.annotations.NullMarked;
