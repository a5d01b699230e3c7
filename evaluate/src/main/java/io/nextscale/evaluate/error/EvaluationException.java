package io.nextscale.evaluate.error;

import java.io.Serial;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Images, statistics or weights that cannot be read, written, or compared with each other. */
public final class EvaluationException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  /** Makes a failure with a message that names the thing, the value and what is allowed. */
  public EvaluationException(String message) {
    super(message);
  }

  /**
   * Makes the message {@code FILE, PART: REASON}.
   *
   * @param file the file or folder
   * @param part name of an array in it, or null for the file as a whole
   * @param reason the problem and the allowed values
   * @param cause the failure of the system, or null
   */
  public EvaluationException(
      Path file, @Nullable String part, String reason, @Nullable Throwable cause) {
    super(file + (part == null ? "" : ", " + part) + ": " + reason, cause);
  }

  /** Makes the message {@code FILE, PART: REASON}; part may be null. */
  public EvaluationException(Path file, @Nullable String part, String reason) {
    this(file, part, reason, null);
  }
}
