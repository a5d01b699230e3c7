package io.nextscale.train.data;

/** Pictures for training could not be had; the message names folder, file or class, and why. */
public final class PictureDataException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With a message that names the file or folder, and what is allowed. */
  public PictureDataException(String message) {
    super(message);
  }

  PictureDataException(String message, Throwable cause) {
    super(message, cause);
  }
}
