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
 * Settings that the libraries beside libtorch read from the process once, while they are loaded;
 * made before that. A user's own setting wins.
 *
 * <ul>
 *   <li>{@code GOMP_SPINCOUNT}: idle OpenMP threads spin until the next operator of a model is
 *       likely to have begun, then sleep. The default is far longer; where the cores are shared (a
 *       virtual machine, a container, a server with other work), a thread that spins keeps the one
 *       it waits for from running.
 *   <li>{@code OPENBLAS_NUM_THREADS}: OpenBLAS computes on the calling thread. Attention calls it
 *       from all threads at once, and large products go to oneDNN; two sets of threads that take
 *       turns would hinder each other.
 *   <li>{@code MALLOC_MMAP_THRESHOLD_} and {@code MALLOC_TRIM_THRESHOLD_}: glibc keeps blocks of
 *       the size of feature maps for reuse. By default it gives them back to the kernel, which
 *       clears a new block page by page. Larger ones are still given back, since their memory would
 *       seldom be reused.
 *   <li>{@code MALLOC_TOP_PAD_}: heaps that threads other than the first allocate from stay where
 *       they are when empty. By default each is unmapped and made anew.
 *   <li>{@code THP_MEM_ALLOC_ENABLE}: libtorch asks for huge pages for large tensors.
 * </ul>
 */
final class ProcessSettings {
  // parameters of mallopt, from malloc.h
  private static final int M_TRIM_THRESHOLD = -1;
  private static final int M_TOP_PAD = -2;
  private static final int M_MMAP_THRESHOLD = -3;

  private static final String SPINS = "10000";
  private static final int LARGEST_REUSED_BYTES = 1 << 27;
  private static final int KEPT_BYTES = 1 << 29;
  private static final int HEAP_BYTES = 1 << 26;

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

  /** A function of the C library; empty on a system that is not POSIX, or without glibc. */
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
                int first = (int) mallopt.invokeExact(M_MMAP_THRESHOLD, LARGEST_REUSED_BYTES);
                int second = (int) mallopt.invokeExact(M_TRIM_THRESHOLD, KEPT_BYTES);
                int third = (int) mallopt.invokeExact(M_TOP_PAD, HEAP_BYTES);
              } catch (Throwable e) {
                throw new AssertionError("mallopt does not throw", e);
              }
            });
  }
}
