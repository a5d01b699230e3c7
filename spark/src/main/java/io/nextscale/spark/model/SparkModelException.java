package io.nextscale.spark.model;

import java.io.Serial;

/** A model that an executor cannot load; the message names the executor and the remedy. */
public final class SparkModelException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  /** Makes a failure with a message that names the thing, the value and the remedy. */
  public SparkModelException(String message) {
    super(message);
  }

  /** Makes a failure that has a cause. */
  public SparkModelException(String message, Throwable cause) {
    super(message, cause);
  }
}
