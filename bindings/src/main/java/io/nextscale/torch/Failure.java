package io.nextscale.torch;

import io.nextscale.torch.abi.LibTorchAbi;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Turns the ABI's error codes into exceptions. */
final class Failure {
  private Failure() {}

  /**
   * Throws if a code is not 0; {@code action} is a constant, since this runs for every argument.
   */
  static void check(int code, String action) {
    if (code != 0) {
      throw new TorchException(action + " failed: " + reason());
    }
  }

  /**
   * Makes the exception for a call that failed.
   *
   * @param arguments tensors, arrays, texts, or null for an absent argument
   */
  static TorchException of(String function, String reason, @Nullable Object[] arguments) {
    String list = Arrays.stream(arguments).map(Failure::describe).collect(Collectors.joining(", "));
    return new TorchException(
        list.isEmpty()
            ? "%s failed: %s".formatted(function, reason)
            : "%s failed: %s; arguments: %s".formatted(function, reason, list));
  }

  private static String describe(@Nullable Object argument) {
    return switch (argument) {
      case null -> "none";
      case long[] values -> Arrays.toString(values);
      case double[] values -> Arrays.toString(values);
      default -> argument.toString();
    };
  }

  /** Returns the text of the calling thread's latest native exception, without its backtrace. */
  static String reason() {
    if (!AbiVersion.HAS_REASONS) {
      return "no reason given: libtorch %s prints it to stderr".formatted(Torch.version());
    }
    MemorySegment text = LibTorchAbi.torch_exception_get_what_without_backtrace();
    if (text.equals(MemorySegment.NULL)) {
      return "no reason given";
    }
    String message = text.reinterpret(Long.MAX_VALUE).getString(0).strip();
    int trace = message.indexOf("\nException raised from");
    return trace < 0 ? message : message.substring(0, trace).strip();
  }
}
