package io.nextscale.cli;

import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Errors as one line for people. */
final class Errors {
  private Errors() {}

  /** What went wrong, without line breaks, control characters and stack trace. */
  static String line(Throwable error) {
    return oneLine(message(error));
  }

  private static String message(Throwable error) {
    Throwable cause = error.getCause();
    if (error instanceof UncheckedIOException && cause != null) {
      return message(cause);
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
      return "not enough memory for Java ("
          + error.getMessage()
          + "): NEXTSCALE_JAVA_OPTS=-Xmx8g allows more";
    }
    String message = error.getMessage();
    boolean bug = error instanceof Error || error instanceof NullPointerException;
    return message == null || message.isBlank() || bug ? error.toString() : message;
  }

  /** The text with line breaks folded and other control characters taken out. */
  static String oneLine(String text) {
    return text.strip().replaceAll("\\s*\\R\\s*", " ").replaceAll("\\p{Cntrl}", "\ufffd");
  }
}
