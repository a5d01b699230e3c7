package io.nextscale.var.checkpoint;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A checkpoint cannot be read, written or used: which file, which key, what was expected. */
public final class CheckpointException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final int SHOWN = 200;

  private final transient Path file;
  private final @Nullable String key;
  private final String expected;
  private final String found;

  /**
   * The file does not hold what it should.
   *
   * @param key tensor or part of the file; null if the file as a whole is meant
   */
  public CheckpointException(Path file, @Nullable String key, String expected, String found) {
    this(file, key, expected, found, null);
  }

  /** As above, with the exception that brought it to light. */
  public CheckpointException(
      Path file, @Nullable String key, String expected, String found, @Nullable Throwable cause) {
    super(
        file
            + (key == null ? "" : ": " + shown(key))
            + ": expected "
            + expected
            + ", found "
            + found,
        cause);
    this.file = file;
    this.key = key;
    this.expected = expected;
    this.found = found;
  }

  /** The file that was read or written. */
  public Path file() {
    return file;
  }

  /** Tensor or part of the file; null if the file as a whole is meant. */
  public @Nullable String key() {
    return key;
  }

  /** What should have been there. */
  public String expected() {
    return expected;
  }

  /** What was there instead. */
  public String found() {
    return found;
  }

  /** A text from a file, fit for a message: short and without control characters. */
  static String shown(String text) {
    String start = text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
    return start.replaceAll("\\p{Cntrl}", "\ufffd");
  }
}
