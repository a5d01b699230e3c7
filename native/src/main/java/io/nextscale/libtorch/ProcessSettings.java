package io.nextscale.libtorch;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.Optional;

/**
 * What libtorch's companions read from the process once, while they are loaded; set before. What
 * each is worth is in docs/PERFORMANCE.md. A user's own setting wins.
 *
 * <ul>
 *   <li>Idle OpenMP threads spin for half a millisecond, then sleep ({@code GOMP_SPINCOUNT}): long
 *       enough for the next operator of a model, short enough for cores that are shared. By default
 *       they spin for milliseconds; wherever the cores are not entirely its own, a virtual machine,
 *       a container, a server with other work, a spinning thread keeps the one it waits for from
 *       running.
 *   <li>OpenBLAS computes on the calling thread ({@code OPENBLAS_NUM_THREADS}): attention calls it
 *       from all threads at once, and large products go to oneDNN. Two sets of threads that take
 *       turns cost a factor of ten and more.
 *   <li>glibc keeps blocks of up to 128 MiB for reuse ({@code MALLOC_MMAP_THRESHOLD_}, {@code
 *       MALLOC_TRIM_THRESHOLD_}). By default it gives each block above 32 MiB back to the kernel,
 *       which clears a new one page by page the next time; feature maps of 256 pixels are that
 *       large. Still larger ones are given back: keeping them would cost memory that is not needed.
 *       The 64 MiB heaps that threads other than the first allocate from stay where they are empty
 *       ({@code MALLOC_TOP_PAD_}): by default each that falls empty is unmapped and made anew.
 *   <li>libtorch asks for huge pages for tensors of 2 MiB and more ({@code THP_MEM_ALLOC_ENABLE}).
 * </ul>
 */
final class ProcessSettings {
  // of malloc.h
  private static final int M_TRIM_THRESHOLD = -1;
  private static final int M_TOP_PAD = -2;
  private static final int M_MMAP_THRESHOLD = -3;

  private static final String SPINS = "10000";
  private static final int LARGEST_REUSED = 1 << 27;
  private static final int KEPT = 1 << 29;
  private static final int HEAP = 1 << 26;

  private static final Linker LINKER = Linker.nativeLinker();

  private ProcessSettings() {}

  static void applyBeforeLoading() {
    if (noneIsSet("OMP_WAIT_POLICY", "GOMP_SPINCOUNT")) {
      setEnvironment("GOMP_SPINCOUNT", SPINS);
    }
    if (noneIsSet("OPENBLAS_NUM_THREADS")) {
      setEnvironment("OPENBLAS_NUM_THREADS", "1");
    }
    if (noneIsSet("THP_MEM_ALLOC_ENABLE")) {
      setEnvironment("THP_MEM_ALLOC_ENABLE", "1");
    }
    if (noneIsSet(
        "MALLOC_MMAP_THRESHOLD_", "MALLOC_TRIM_THRESHOLD_", "MALLOC_TOP_PAD_", "GLIBC_TUNABLES")) {
      keepLargeBlocks();
    }
  }

  private static boolean noneIsSet(String... names) {
    return List.of(names).stream().allMatch(name -> System.getenv(name) == null);
  }

  /** Does nothing where there is no such function: not a POSIX system, or not glibc. */
  private static Optional<MethodHandle> function(String name, FunctionDescriptor type) {
    return LINKER.defaultLookup().find(name).map(address -> LINKER.downcallHandle(address, type));
  }

  private static void setEnvironment(String name, String value) {
    function(
            "setenv",
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_INT))
        .ifPresent(
            setenv -> {
              try (Arena arena = Arena.ofConfined()) {
                MemorySegment key = arena.allocateFrom(name);
                int ignored = (int) setenv.invokeExact(key, arena.allocateFrom(value), 0);
              } catch (Throwable e) {
                throw new AssertionError("setenv does not throw", e);
              }
            });
  }

  private static void keepLargeBlocks() {
    function(
            "mallopt",
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT))
        .ifPresent(
            mallopt -> {
              try {
                int first = (int) mallopt.invokeExact(M_MMAP_THRESHOLD, LARGEST_REUSED);
                int second = (int) mallopt.invokeExact(M_TRIM_THRESHOLD, KEPT);
                int third = (int) mallopt.invokeExact(M_TOP_PAD, HEAP);
              } catch (Throwable e) {
                throw new AssertionError("mallopt does not throw", e);
              }
            });
  }
}
