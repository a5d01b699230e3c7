package io.nextscale.libtorch;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Makes settings of the process, most of which libtorch and its libraries read once, while they are
 * loaded. A user's own settings are kept. They concern the whole process: {@value #PROPERTY} or
 * {@value #VARIABLE} set to {@value #OFF} leaves the process as it is. The experiments are in
 * docs/experiments (0003, 0004, 0007, 0011, 0021 and 0044), the list for users in docs/MEMORY.md.
 *
 * <ul>
 *   <li>Idle OpenMP threads spin for a short time, then sleep ({@code GOMP_SPINCOUNT}): long enough
 *       for the next operator of a model, short enough for shared cores. By default they spin
 *       longer; where other work uses the cores too (a virtual machine, a container, a busy
 *       server), a spinning thread uses up the time that it would need when the other thread is
 *       back, and soon both run in turn only.
 *   <li>OpenBLAS computes on the calling thread ({@code OPENBLAS_NUM_THREADS}): attention calls it
 *       from all threads at once, and large products go to oneDNN. Two sets of threads that compete
 *       for the cores are many times slower.
 *   <li>glibc keeps large blocks for reuse ({@code MALLOC_MMAP_THRESHOLD_}, {@code
 *       MALLOC_TRIM_THRESHOLD_}). By default it returns a block of the size of a feature map to the
 *       kernel, which clears a new one page by page the next time. Still larger blocks are
 *       returned, since keeping them would take memory that is not needed. The heaps of threads
 *       other than the first stay when they are empty ({@code MALLOC_TOP_PAD_}): by default they
 *       are unmapped and made anew.
 *   <li>libtorch requests huge pages for large tensors ({@code THP_MEM_ALLOC_ENABLE}).
 *   <li>The process ends without the destructors of libtorch, which a thread may still need ({@link
 *       ProcessExit}).
 * </ul>
 */
public final class ProcessSettings {
  /** System property that switches the settings off. */
  public static final String PROPERTY = "nextscale.process-settings";

  /** Environment variable that switches the settings off; the system property wins. */
  public static final String VARIABLE = "NEXTSCALE_PROCESS_SETTINGS";

  /** The value that switches them off. */
  public static final String OFF = "off";

  // parameters of mallopt, from malloc.h
  private static final int M_TRIM_THRESHOLD = -1;
  private static final int M_TOP_PAD = -2;
  private static final int M_MMAP_THRESHOLD = -3;
  private static final int M_ARENA_MAX = -8;

  private static final String SPINS = "3000";
  private static final int LARGEST_REUSED_BYTES = 1 << 27;
  private static final int KEPT_BYTES = 1 << 29;
  private static final int HEAP_BYTES = 1 << 26;
  private static final int LEAST_HEAPS = 4;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final List<String> MADE = new ArrayList<>();

  private ProcessSettings() {}

  static synchronized void applyBeforeLoading() {
    MADE.clear();
    if (isOff()) {
      return;
    }
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

  static synchronized void applyAfterLoading() {
    if (!isOff() && ProcessExit.endWithoutDestructors()) {
      MADE.add("on_exit(_exit)");
    }
  }

  private static boolean isOff() {
    String value = System.getProperty(PROPERTY, System.getenv(VARIABLE));
    return OFF.equalsIgnoreCase(value);
  }

  /**
   * The settings that were made when libtorch was loaded, such as {@code GOMP_SPINCOUNT=3000};
   * empty if they are switched off or the user has made all of them.
   */
  public static synchronized List<String> made() {
    return List.copyOf(MADE);
  }

  private static boolean noneIsSet(String... names) {
    return List.of(names).stream().allMatch(name -> System.getenv(name) == null);
  }

  /** Finds a function of the C library; empty if the system is not POSIX or not glibc. */
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
                MADE.add(name + "=" + value);
              } catch (Throwable e) {
                throw new AssertionError("setenv does not throw", e);
              }
            });
  }

  private static int heaps() {
    return Math.max(LEAST_HEAPS, 2 * Runtime.getRuntime().availableProcessors());
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
                int fourth = (int) mallopt.invokeExact(M_ARENA_MAX, heaps());
                MADE.add("mallopt(M_MMAP_THRESHOLD, M_TRIM_THRESHOLD, M_TOP_PAD, M_ARENA_MAX)");
              } catch (Throwable e) {
                throw new AssertionError("mallopt does not throw", e);
              }
            });
  }
}
