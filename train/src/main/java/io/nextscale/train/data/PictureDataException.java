package io.nextscale.train.data;

/** Pictures for training could not be had; the message names the folder or class and the reason. */
public final class PictureDataException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  PictureDataException(String message) {
    super(message);
  }

  PictureDataException(String message, Throwable cause) {
    super(message, cause);
  }
}
