package io.nextscale.spark.row;

import io.nextscale.spark.model.SparkModelException;
import java.util.concurrent.CancellationException;
import org.apache.spark.TaskKilledException;

/** Handling of a row that cannot be computed. */
final class RowFailure {
  private RowFailure() {}

  /**
   * Returns the message for the column of errors, if the failure is one of the row.
   *
   * @throws RuntimeException the failure itself, if it is one of the model or the task, or bad rows
   *     are to fail the job
   */
  static String message(RuntimeException failure, boolean failFast, Counters counters) {
    if (failFast
        || failure instanceof SparkModelException
        || failure instanceof CancellationException
        || failure instanceof TaskKilledException) {
      throw failure;
    }
    counters.errors().add(1);
    String message = failure.getMessage();
    return message == null ? failure.toString() : message;
  }
}
