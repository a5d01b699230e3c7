package io.nextscale.libtorch;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * How idle threads of libtorch's OpenMP runtime wait: asleep, not spinning.
 *
 * <p>By default they spin for milliseconds. Wherever the cores are not entirely its own, a virtual
 * machine, a container, a server with other work, a spinning thread keeps the one it waits for from
 * running, and everything becomes more than ten times slower (docs/PERFORMANCE.md). The runtime
 * reads its settings once, while it is loaded, so they are set in the process environment before. A
 * user's own {@code OMP_WAIT_POLICY} or {@code GOMP_SPINCOUNT} wins.
 */
final class OpenMpSettings {
  private OpenMpSettings() {}

  static void applyBeforeLoading() {
    if (System.getenv("OMP_WAIT_POLICY") != null || System.getenv("GOMP_SPINCOUNT") != null) {
      return;
    }
    Linker linker = Linker.nativeLinker();
    MemorySegment setenv = linker.defaultLookup().find("setenv").orElse(MemorySegment.NULL);
    if (setenv.equals(MemorySegment.NULL)) {
      return; // not a POSIX system: its OpenMP runtime has other settings
    }
    MethodHandle call =
        linker.downcallHandle(
            setenv,
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_INT));
    try (Arena arena = Arena.ofConfined()) {
      int ignored =
          (int)
              call.invokeExact(
                  arena.allocateFrom("OMP_WAIT_POLICY"), arena.allocateFrom("PASSIVE"), 0);
    } catch (Throwable e) {
      throw new AssertionError("setenv does not throw", e);
    }
  }
}
