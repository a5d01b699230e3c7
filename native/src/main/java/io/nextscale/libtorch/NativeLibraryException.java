package io.nextscale.libtorch;

/** One place has no usable libtorch; becomes a part of a {@link LibTorchLoadException}. */
final class NativeLibraryException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  NativeLibraryException(String message) {
    super(message);
  }

  NativeLibraryException(String message, Throwable cause) {
    super(message, cause);
  }
}
