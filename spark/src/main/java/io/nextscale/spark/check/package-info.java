/**
 * A check of executors. Compiled for Java 17, the oldest that Spark runs on, so that an executor
 * with it can still say what is wrong.
 */
@NullMarked
package io.nextscale.spark.check;

import org.jspecify.annotations.NullMarked;
