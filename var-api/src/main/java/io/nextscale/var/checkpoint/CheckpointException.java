package io.nextscale.var.checkpoint;

import io.nextscale.var.check.Shown;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A checkpoint cannot be read, written or used. The message names file, key, expectation and
 * finding.
 */
public final class CheckpointException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Path file;
  private final @Nullable String key;
  private final String expected;
  private final String found;

  /**
   * Reports content that differs from the expectation.
   *
   * @param key tensor or part of the file; null for the file as a whole
   */
  public CheckpointException(Path file, @Nullable String key, String expected, String found) {
    this(file, key, expected, found, null);
  }

  /** Reports content that differs from the expectation, with the exception that revealed it. */
  public CheckpointException(
      Path file, @Nullable String key, String expected, String found, @Nullable Throwable cause) {
    super(
        "%s: expected %s, found %s"
            .formatted(
                key == null ? file : file + ": " + Shown.name(key),
                Shown.message(expected),
                Shown.message(found)),
        cause);
    this.file = file;
    this.key = key;
    this.expected = expected;
    this.found = found;
  }

  static CheckpointException reading(Path file, IOException cause) {
    return new CheckpointException(file, null, "a readable file", reason(cause), cause);
  }

  static CheckpointException writing(Path file, IOException cause) {
    return new CheckpointException(file, null, "a writable file", reason(cause), cause);
  }

  /** The class of an exception says nothing if it is the plain one, such as of a broken pipe. */
  private static String reason(IOException cause) {
    String message = cause.getMessage();
    return cause.getClass() == IOException.class && message != null ? message : cause.toString();
  }

  /** The file that was read or written. */
  public Path file() {
    return file;
  }

  /** The tensor or part of the file; null for the file as a whole. */
  public @Nullable String key() {
    return key;
  }

  /** The expected content. */
  public String expected() {
    return expected;
  }

  /** The content that was found instead. */
  public String found() {
    return found;
  }
}
