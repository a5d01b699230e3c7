/**
 * Functions of rows: each partition is read lazily, and each row is computed by the JVM's model.
 */
@NullMarked
package io.nextscale.spark.row;

import org.jspecify.annotations.NullMarked;
