package io.nextscale.libtorch;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * How idle threads of libtorch's OpenMP runtime wait.
 *
 * <p>By default they spin for milliseconds; when more threads are runnable than there are cores,
 * everything becomes up to a hundred times slower. A short spin keeps the speed of an idle machine
 * without that collapse. The runtime reads its settings once, while it is loaded, so they are set
 * in the process environment before. A user's own {@code OMP_WAIT_POLICY} or {@code GOMP_SPINCOUNT}
 * wins.
 */
final class OpenMpSettings {
  static final String SPIN_COUNT = "20000";

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
                  arena.allocateFrom("GOMP_SPINCOUNT"), arena.allocateFrom(SPIN_COUNT), 0);
    } catch (Throwable e) {
      throw new AssertionError("setenv does not throw", e);
    }
  }
}
