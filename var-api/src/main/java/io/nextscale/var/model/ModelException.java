package io.nextscale.var.model;

import org.jspecify.annotations.Nullable;

/** A model cannot be found or its description makes no sense. */
public final class ModelException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** A message that names the file, the key or the value. */
  public ModelException(String message) {
    super(message);
  }

  /** With what brought it to light. */
  public ModelException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
