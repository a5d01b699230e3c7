package io.nextscale.libtorch;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One place has no usable libtorch; becomes a part of a {@link LibTorchLoadException}. */
final class NativeLibraryException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final @Nullable String remedy;

  NativeLibraryException(String message) {
    super(message);
    remedy = null;
  }

  NativeLibraryException(String message, Throwable cause) {
    super(message, cause);
    remedy = null;
  }

  /** A failure that another remedy helps against than to name a libtorch. */
  NativeLibraryException(String message, String remedy, @Nullable Throwable cause) {
    super(message, cause);
    this.remedy = remedy;
  }

  /** The remedy; empty if it is to name a libtorch. */
  Optional<String> remedy() {
    return Optional.ofNullable(remedy);
  }
}
