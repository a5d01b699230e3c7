package io.nextscale.torch;

import io.nextscale.libtorch.LibTorch;
import io.nextscale.libtorch.NativeAccess;
import io.nextscale.torch.abi.LibTorchAbi;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The libtorch of this process: its version, its devices, and the number of live tensors. */
public final class Torch {
  private static final AtomicLong LIVE = new AtomicLong();
  private static volatile @Nullable LibTorch library;
  private static final AtomicReference<@Nullable Runnable> THREAD_SETTING = new AtomicReference<>();

  private Torch() {}

  /**
   * Returns libtorch, which the first call loads; after a failure the next call tries again. From
   * then on operators use its default number of threads.
   *
   * @throws io.nextscale.libtorch.LibTorchLoadException if it cannot be found or loaded, or the JVM
   *     denies native access
   */
  public static LibTorch library() {
    LibTorch known = library;
    if (known == null) {
      known = LibTorch.load();
      requireNativeAccess();
      int threads = known.threads().count();
      Runnable setting = () -> LibTorchAbi._ZN2at15set_num_threadsEi(threads);
      if (THREAD_SETTING.compareAndSet(null, setting)) {
        setting.run(); // for threads that open no scope
      }
      library = known;
    }
    return known;
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
