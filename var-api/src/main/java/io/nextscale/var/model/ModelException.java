package io.nextscale.var.model;

import io.nextscale.var.check.Shown;
import org.jspecify.annotations.Nullable;

/** Thrown if a model or its device is missing, or its configuration is wrong. */
public final class ModelException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Takes a message that names the file, the key or the value. */
  public ModelException(String message) {
    super(Shown.message(message));
  }

  /** Takes a message and its cause. */
  public ModelException(String message, @Nullable Throwable cause) {
    super(Shown.message(message), cause);
  }
}
