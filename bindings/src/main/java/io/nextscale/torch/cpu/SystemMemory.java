package io.nextscale.torch.cpu;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** The C library's allocator, which allocates libtorch's CPU tensors. */
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

  private static final AtomicLong LAST = new AtomicLong(System.nanoTime());

  private SystemMemory() {}

  /**
   * Returns freed memory to the system, which the allocator keeps for reuse; does nothing if the C
   * library has no {@code malloc_trim} (glibc has it).
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

  /**
   * As {@link #trim}, unless this did so less than some time ago: what is in use again soon is
   * taken from the system anew. For work that takes long, whose threads would keep more and more
   * memory (docs/experiments/0053-freed-memory.md).
   *
   * @param pause least time since this last did so, in this process
   */
  public static void trimNowAndThen(Duration pause) {
    long now = System.nanoTime();
    long last = LAST.get();
    if (now - last >= pause.toNanos() && LAST.compareAndSet(last, now)) {
      trim();
    }
  }
}
