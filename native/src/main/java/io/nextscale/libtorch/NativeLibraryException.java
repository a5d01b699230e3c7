package io.nextscale.libtorch;

/** One place that was tried for libtorch does not serve; collected into a load failure. */
final class NativeLibraryException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  NativeLibraryException(String message) {
    super(message);
  }

  NativeLibraryException(String message, Throwable cause) {
    super(message, cause);
  }
}
