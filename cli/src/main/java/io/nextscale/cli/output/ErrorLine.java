package io.nextscale.cli.output;

import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Describes an error in one line for users. */
public record ErrorLine(Throwable error) {
  /** The message without line breaks, control characters and stack trace. */
  public String text() {
    return Console.oneLine(message(error));
  }

  private static String message(Throwable error) {
    Throwable cause = error.getCause();
    if (error instanceof UncheckedIOException && cause != null) {
      boolean saysMore = !cause.toString().equals(error.getMessage());
      return saysMore && !(cause instanceof FileSystemException)
          ? String.valueOf(error.getMessage())
          : message(cause);
    }
    if (error instanceof NoSuchFileException missing) {
      return missing.getFile() + ": no such file or folder";
    }
    if (error instanceof AccessDeniedException denied) {
      return denied.getFile() + ": access is denied";
    }
    if (error instanceof FileSystemException e) {
      return e.getFile() + ": " + e.getReason();
    }
    if (error instanceof OutOfMemoryError) {
      return "not enough memory for Java (%s): NEXTSCALE_JAVA_OPTS=-Xmx8g allows more"
          .formatted(error.getMessage());
    }
    String message = error.getMessage();
    boolean bug = error instanceof Error || error instanceof NullPointerException;
    return message == null || message.isBlank() || bug ? error.toString() : message;
  }
}
