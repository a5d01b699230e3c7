package io.nextscale.spark.row;

import java.io.Serializable;
import org.apache.spark.SparkContext;
import org.apache.spark.util.LongAccumulator;

/**
 * Counters on the stages' pages of Spark's UI. Tasks that are repeated count again.
 *
 * @param images rows that were computed
 * @param errors rows that could not be computed
 * @param loads models that were loaded: one for each executor, unless an executor was lost or a
 *     model idle for long
 */
public record Counters(LongAccumulator images, LongAccumulator errors, LongAccumulator loads)
    implements Serializable {
  /**
   * Registers the counters.
   *
   * @param what is computed, such as {@code samples}
   */
  public static Counters of(SparkContext context, String what) {
    return new Counters(
        context.longAccumulator("nextscale " + what),
        context.longAccumulator("nextscale errors of " + what),
        context.longAccumulator("nextscale loads for " + what));
  }
}
