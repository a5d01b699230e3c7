package io.nextscale.torch;

import io.nextscale.torch.abi.LibTorchAbi;
import java.lang.foreign.MemorySegment;

/** Turns the ABI's error codes into exceptions. */
final class Failure {
  private Failure() {}

  static void check(int code, String what) {
    if (code != 0) {
      throw new TorchException(what + " failed: " + reason());
    }
  }

  /** Text of the calling thread's latest native exception, its first line, without a backtrace. */
  static String reason() {
    MemorySegment text = LibTorchAbi.torch_exception_get_what_without_backtrace();
    if (text.equals(MemorySegment.NULL)) {
      return "no reason given";
    }
    String message = text.reinterpret(Long.MAX_VALUE).getString(0).strip();
    int trace = message.indexOf("\nException raised from");
    return trace < 0 ? message : message.substring(0, trace).strip();
  }
}
