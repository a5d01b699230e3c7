package io.nextscale.var.model;

import org.jspecify.annotations.Nullable;

/** Thrown when a model cannot be found or its configuration is wrong. */
public final class ModelException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** A message that names the file, the key or the value. */
  public ModelException(String message) {
    super(message);
  }

  /** A message and its cause. */
  public ModelException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
