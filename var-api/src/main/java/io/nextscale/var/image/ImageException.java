package io.nextscale.var.image;

import io.nextscale.var.check.Shown;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** An image file could not be read or written; the message names the file and the reason. */
public final class ImageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private ImageException(String message, @Nullable Throwable cause) {
    super(Shown.message(message), cause);
  }

  static ImageException reading(Object file, String reason) {
    return new ImageException("cannot read image " + file + ": " + reason, null);
  }

  static ImageException reading(Object file, Exception cause) {
    return new ImageException("cannot read image " + file + ": " + reason(cause), cause);
  }

  static ImageException writing(Path file, String reason) {
    return new ImageException("cannot write image " + file + ": " + reason, null);
  }

  static ImageException writing(Path file, Exception cause) {
    return new ImageException("cannot write image " + file + ": " + reason(cause), cause);
  }

  private static String reason(Exception cause) {
    if (cause instanceof NoSuchFileException) {
      return "there is no such file";
    }
    if (cause instanceof AccessDeniedException) {
      return "access is denied";
    }
    if (cause instanceof EOFException) {
      return "the file ends too early";
    }
    String message = cause.getMessage();
    if (cause instanceof IOException && message != null) {
      return message;
    }
    return "the decoder or encoder failed with " + cause;
  }
}
