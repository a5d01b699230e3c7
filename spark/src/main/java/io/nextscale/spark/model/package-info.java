/** Models on executors: how they are described, found, checked, loaded once and closed. */
@NullMarked
package io.nextscale.spark.model;

import org.jspecify.annotations.NullMarked;
