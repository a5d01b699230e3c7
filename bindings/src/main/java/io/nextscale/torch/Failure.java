package io.nextscale.torch;

import io.nextscale.torch.abi.LibTorchAbi;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Turns the ABI's error codes into exceptions, with messages that fit a screen. */
final class Failure {
  private static final int LONGEST_TEXT = 300;
  private static final int LONGEST_REASON = 700;
  private static final int LONGEST_LIST = 8;

  // which kernels libtorch has for an operator, one a line, and where its source defines them
  private static final Pattern KERNELS =
      Pattern.compile("(?s) This could be because .*? only available for these backends: .*");
  private static final Pattern ASSERTION =
      Pattern.compile(
          "(\\S+ )?INTERNAL ASSERT FAILED at \"[^\"]*\":\\d+, please report [^.]*\\. ?");
  private static final Pattern TRACE =
      Pattern.compile("(?s)\\n(Exception raised from|C\\+\\+ CapturedTraceback:).*");

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
            : "%s failed: %s; arguments: %s"
                .formatted(function, reason, cut(list, LONGEST_REASON)));
  }

  private static String describe(@Nullable Object argument) {
    return switch (argument) {
      case null -> "none";
      case long[] values -> list(Arrays.stream(values).boxed().toList());
      case double[] values -> list(Arrays.stream(values).boxed().toList());
      case boolean[] values -> Arrays.toString(values);
      case List<?> values -> list(values);
      default -> shortened(argument.toString());
    };
  }

  private static String list(List<?> values) {
    String rest =
        values.size() > LONGEST_LIST ? ", … %s more]".formatted(values.size() - LONGEST_LIST) : "]";
    return values.stream()
        .limit(LONGEST_LIST)
        .map(Failure::describe)
        .collect(Collectors.joining(", ", "[", rest));
  }

  /** Cuts a text of a caller to what fits into a message. */
  static String shortened(String text) {
    return cut(text, LONGEST_TEXT);
  }

  private static String cut(String text, int length) {
    return text.length() <= length ? text : text.substring(0, length) + "…";
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
    String reason = readable(text.reinterpret(Long.MAX_VALUE).getString(0));
    return reason.contains("'CUDA' backend")
        ? Torch.library()
            .cudaProblem()
            .map(problem -> "%s CUDA cannot be used: %s.".formatted(reason, problem))
            .orElse(reason)
        : reason;
  }

  /** Leaves out of a message of libtorch what only its developers read. */
  static String readable(String message) {
    String text = TRACE.matcher(message).replaceFirst("");
    text = KERNELS.matcher(text).replaceFirst(" It has no kernel for it.");
    text = ASSERTION.matcher(text).replaceAll("a check of libtorch failed: ");
    return cut(text.strip(), LONGEST_REASON);
  }
}
