package io.nextscale.torch.cpu;

import io.nextscale.torch.Torch;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/**
 * The OpenMP runtime of libtorch. Its number of threads belongs to the calling thread; libtorch's
 * own function also changes that of all later threads.
 */
final class OpenMp {
  private OpenMp() {}

  /** The function, found after libtorch is loaded. */
  private static final class Loaded {
    private static final Optional<MethodHandle> SET =
        Torch.library()
            .symbols()
            .find("omp_set_num_threads")
            .map(
                (MemorySegment address) ->
                    Linker.nativeLinker()
                        .downcallHandle(address, FunctionDescriptor.ofVoid(ValueLayout.JAVA_INT)));
  }

  /** Whether the function was found. */
  static boolean isAvailable() {
    Torch.library();
    return Loaded.SET.isPresent();
  }

  /** Sets how many threads an operator of the calling thread may use. */
  static void setThreads(int count) {
    try {
      Loaded.SET.orElseThrow().invokeExact(count);
    } catch (Throwable e) {
      throw new AssertionError("omp_set_num_threads does not throw", e);
    }
  }
}
