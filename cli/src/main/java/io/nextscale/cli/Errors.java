package io.nextscale.cli;

import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.io.UncheckedIOException;

/** Errors as one line for people. */
final class Errors {
  private Errors() {}

  /** What went wrong, without line breaks, control characters and stack trace. */
  static String line(Throwable error) {
    return oneLine(
        switch (error) {
          case UncheckedIOException e when e.getCause() != null -> line(e.getCause());
          case NoSuchFileException e -> e.getFile() + ": no such file or folder";
          case AccessDeniedException e -> e.getFile() + ": access is denied";
          case FileAlreadyExistsException e -> e.getFile() + ": exists already";
          case OutOfMemoryError e ->
              "not enough memory for Java (" + e.getMessage()
                  + "): NEXTSCALE_JAVA_OPTS=-Xmx8g allows more";
          case CommandException e -> String.valueOf(e.getMessage());
          default -> {
            String message = error.getMessage();
            boolean bug = error instanceof Error || error instanceof NullPointerException;
            yield message == null || message.isBlank() || bug ? error.toString() : message;
          }
        });
  }

  /** The text with line breaks folded and other control characters taken out. */
  static String oneLine(String text) {
    return text.strip().replaceAll("\\s*\\R\\s*", " ").replaceAll("\\p{Cntrl}", "\ufffd");
  }
}
