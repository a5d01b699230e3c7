package io.nextscale.torch;

import io.nextscale.torch.abi.LibTorchAbi;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * The modes of a virtual thread that libtorch and OpenMP keep for the OS thread: gradient mode and
 * the number of threads. A virtual thread that has waited may go on on another OS thread, its
 * carrier, which other virtual threads use meanwhile. So each call of libtorch gives the carrier
 * the modes of its virtual thread first; nothing waits between the two.
 */
final class VirtualThreadMode {
  private boolean gradients = true; // as on a new OS thread
  private @Nullable Runnable setting;
  private int threads;

  private VirtualThreadMode() {}

  /** Makes the mode of the calling thread; null if it is a platform thread. */
  static @Nullable VirtualThreadMode ofThisThread() {
    return Thread.currentThread().isVirtual() ? new VirtualThreadMode() : null;
  }

  /**
   * Gives the modes to the OS thread that the calling virtual thread is on.
   *
   * @param slot memory for a number
   */
  void applyToCarrier(MemorySegment slot) {
    LibTorchAbi.aoti_torch_grad_mode_set_enabled(gradients);
    Runnable wanted = Torch.threadSetting();
    if (wanted == null) {
      return;
    }
    if (wanted != setting) {
      setting = wanted;
      wanted.run();
      threads = threads(slot);
    } else if (threads(slot) != threads) { // libtorch's setter does more than is needed each time
      wanted.run();
    }
  }

  private static int threads(MemorySegment slot) {
    Failure.check(LibTorchAbi.torch_get_num_threads(slot), "get_num_threads");
    return slot.get(ValueLayout.JAVA_INT, 0);
  }

  boolean recordsGradients() {
    return gradients;
  }

  void recordGradients(boolean enabled) {
    gradients = enabled;
  }
}
