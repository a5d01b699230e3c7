package io.nextscale.torch;

import io.nextscale.libtorch.LibTorch;
import io.nextscale.libtorch.LibTorchVersion;
import io.nextscale.libtorch.NativeAccess;
import io.nextscale.torch.abi.LibTorchAbi;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The libtorch of this process: its version, its devices, and the number of live tensors. */
public final class Torch {
  private static final AtomicLong LIVE = new AtomicLong();
  private static final Map<Thread, LibTorch> CHECKING = new ConcurrentHashMap<>();
  private static volatile boolean usesOneDnn = true;
  private static volatile @Nullable LibTorch library;
  private static final AtomicReference<@Nullable Runnable> THREAD_SETTING = new AtomicReference<>();

  private Torch() {}

  /**
   * Returns libtorch, which the first call loads; after a failure the next call tries again. From
   * then on operators use its default number of threads.
   *
   * @throws io.nextscale.libtorch.LibTorchLoadException if it cannot be found or loaded, or the JVM
   *     denies native access
   * @throws IllegalStateException if it computes wrongly on this processor, and cannot be told to
   *     leave the part of it that does
   */
  public static LibTorch library() {
    LibTorch known = library;
    if (known == null) {
      known = CHECKING.get(Thread.currentThread());
    }
    return known == null ? load() : known;
  }

  /**
   * Loads libtorch, and checks one that is older than the bound one. Threads that come together
   * each check it: under a lock a thread that makes a class ready could wait for one that needs it.
   */
  private static LibTorch load() {
    LibTorch loaded = LibTorch.load();
    requireNativeAccess();
    int threads = loaded.threads().count();
    Runnable setting = () -> LibTorchAbi._ZN2at15set_num_threadsEi(threads);
    if (THREAD_SETTING.compareAndSet(null, setting)) {
      setting.run(); // for threads that open no scope
    }
    if (!loaded.version().isAtLeast(LibTorchVersion.BOUND)) { // whose oneDNN is right
      CHECKING.put(Thread.currentThread(), loaded); // the check computes
      try {
        if (!OneDnnCheck.passes()) {
          leaveOneDnn(loaded);
        }
      } finally {
        CHECKING.remove(Thread.currentThread());
      }
    }
    library = loaded;
    return loaded;
  }

  private static void leaveOneDnn(LibTorch loaded) {
    usesOneDnn = false; // first: the check of another thread passes once oneDNN is off
    if (!loaded.disableOneDnn() || !OneDnnCheck.passes()) {
      throw new IllegalStateException(
          "libtorch %s computes convolutions wrongly on this processor: use 2.13 or newer"
              .formatted(loaded.version()));
    }
  }

  /**
   * Whether libtorch's own operators use oneDNN on the CPU. They do not where it was found to
   * compute wrongly on this processor, as that of libtorch 2.10 may; they are slower then.
   */
  public static boolean usesOneDnn() {
    library();
    return usesOneDnn;
  }

  /** Losses with this libtorch on this processor, one sentence each; empty for none. */
  public static List<String> limitations() {
    List<String> all = new ArrayList<>(library().limitations());
    if (!usesOneDnn) {
      all.add(
          "the oneDNN of libtorch %s computes wrongly on this processor and is not used: convolutions and bfloat16 are slower (that of 2.13 is right)"
              .formatted(version()));
    }
    return List.copyOf(all);
  }

  /**
   * Asks the JVM with a call that changes nothing: it may deny this module what it grants another.
   */
  private static void requireNativeAccess() {
    try {
      MemorySegment.NULL.reinterpret(0);
    } catch (IllegalCallerException e) {
      throw NativeAccess.denied(Torch.class.getModule(), e);
    }
  }

  /** Version of the loaded libtorch, such as {@code 2.13.0}. */
  public static String version() {
    return library().version().toString();
  }

  /**
   * Lets every thread run a setting once, when it next opens an outermost {@link TensorScope}. It
   * is for settings of libtorch that belong to a thread, and replaces an earlier one.
   */
  public static void setThreadSetting(Runnable setting) {
    THREAD_SETTING.set(setting);
  }

  static @Nullable Runnable threadSetting() {
    return THREAD_SETTING.get();
  }

  /** Returns the reason why tensors cannot be made on a device; empty if they can. */
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
   * Returns libtorch's description of its build: BLAS, oneDNN, instruction sets. Empty except on
   * Linux: the stable ABI has no such function, and the C++ function has this name on Linux alone.
   */
  public static Optional<String> buildConfiguration() {
    library();
    return CppFunctions.buildConfiguration();
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
