package io.nextscale.torch.cpu;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/** The C library's allocator, from which libtorch takes the memory of tensors on the CPU. */
public final class SystemMemory {
  private static final Optional<MethodHandle> TRIM =
      Linker.nativeLinker()
          .defaultLookup()
          .find("malloc_trim")
          .map(
              (MemorySegment address) ->
                  Linker.nativeLinker()
                      .downcallHandle(
                          address,
                          FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG)));

  private SystemMemory() {}

  /**
   * Gives memory that was freed and is kept for reuse back to the system; does nothing where the C
   * library has no such function (glibc's {@code malloc_trim}).
   */
  public static void trim() {
    if (TRIM.isEmpty()) {
      return;
    }
    try {
      int given = (int) TRIM.get().invokeExact(0L);
    } catch (Throwable e) {
      throw new AssertionError("malloc_trim does not throw", e);
    }
  }
}
