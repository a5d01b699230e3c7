package io.nextscale.torch;

import io.nextscale.libtorch.LibTorch;
import io.nextscale.torch.abi.LibTorchAbi;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** The libtorch of this process: version, threads, devices, and the ledger of live tensors. */
public final class Torch {
  private static final String SHOW_CONFIG = "_ZN2at11show_configB5cxx11Ev";
  private static final AtomicLong LIVE = new AtomicLong();
  private static volatile int threads;

  private Torch() {}

  /**
   * Loads libtorch if that has not happened yet.
   *
   * @throws io.nextscale.libtorch.LibTorchLoadException if it cannot be found or loaded
   */
  public static LibTorch library() {
    return Loaded.get();
  }

  /** Caches the loaded library without making a load failure a class initialisation error. */
  private static final class Loaded {
    private static volatile boolean done;

    static LibTorch get() {
      LibTorch library = LibTorch.load();
      done = true;
      return library;
    }
  }

  static void ensureLoaded() {
    if (!Loaded.done) {
      Loaded.get();
    }
  }

  /** Version of the loaded libtorch, such as {@code 2.13.0}. */
  public static String version() {
    return library().version();
  }

  /** Number of threads that one operator may use on the calling thread. */
  public static int threads() {
    ensureLoaded();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment count = arena.allocate(ValueLayout.JAVA_INT);
      Failure.check(LibTorchAbi.torch_get_num_threads(count), "torch_get_num_threads");
      return count.get(ValueLayout.JAVA_INT, 0);
    }
  }

  /**
   * Sets how many threads one operator may use, for every Java thread that works with tensors from
   * now on.
   *
   * @param count at least 1; more than the machine has cores makes everything very slow
   */
  public static void setThreads(int count) {
    if (count < 1) {
      throw new IllegalArgumentException("threads " + count + ": at least 1");
    }
    ensureLoaded();
    threads = count;
    applyThreads();
  }

  /** OpenMP keeps its number of threads per calling thread: told again wherever work begins. */
  static void applyThreads() {
    int count = threads;
    if (count > 0) {
      LibTorchAbi._ZN2at15set_num_threadsEi(count);
    }
  }

  static int requestedThreads() {
    return threads;
  }

  /** Whether tensors can be made on a device, and if not, why. */
  public static Optional<String> unavailability(Device device) {
    LibTorch library = library();
    if (device.type() == Device.Type.CUDA && library.cudaProblem().isPresent()) {
      return library.cudaProblem();
    }
    try (TensorScope scope = TensorScope.open()) {
      Tensor.empty(DType.FLOAT32, device, 1);
      return Optional.empty();
    } catch (TorchException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  /**
   * libtorch's own description of how it was built: BLAS, oneDNN, instruction sets. Empty where its
   * C++ function cannot be called: the stable ABI has none, so this one is reached by its name on
   * Linux alone.
   */
  public static Optional<String> buildConfiguration() {
    ensureLoaded();
    if (SymbolLookup.loaderLookup().find(SHOW_CONFIG).isEmpty()) {
      return Optional.empty();
    }
    // a std::string as libstdc++ returns it: 32 bytes provided by the caller, pointer and length
    // first
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment string = arena.allocate(32, 8);
      LibTorchAbi._ZN2at11show_configB5cxx11Ev(string);
      long length = string.get(ValueLayout.JAVA_LONG, 8);
      MemorySegment text = string.get(ValueLayout.ADDRESS, 0).reinterpret(length);
      return Optional.of(new String(text.toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8));
    }
  }

  /**
   * Gives memory that was freed and is kept for reuse back to the system; does nothing where the C
   * library has no such function (glibc's {@code malloc_trim}).
   */
  public static void trimMemory() {
    SystemMemory.trim();
  }

  /** Number of native tensor references that this process holds through {@link Tensor}. */
  public static long liveTensors() {
    return LIVE.get();
  }

  static void tensorBorn() {
    LIVE.incrementAndGet();
  }

  static void tensorFreed() {
    LIVE.decrementAndGet();
  }
}
