package io.nextscale.train.data;

/** Images cannot be read; the message names folder, file or class, and the reason. */
public final class ImageDataException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Takes a message that names the file or folder, and what is allowed. */
  public ImageDataException(String message) {
    super(message);
  }

  /** Takes a message that names the file or folder, and the cause. */
  public ImageDataException(String message, Throwable cause) {
    super(message, cause);
  }
}
