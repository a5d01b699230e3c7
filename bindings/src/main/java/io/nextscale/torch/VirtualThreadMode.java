package io.nextscale.torch;

import io.nextscale.torch.abi.LibTorchAbi;
import org.jspecify.annotations.Nullable;

/**
 * The modes of a virtual thread that libtorch and OpenMP keep for the OS thread: gradient mode and
 * the number of threads. A virtual thread that has waited may go on on another OS thread, its
 * carrier, which other virtual threads use meanwhile. So each call of libtorch gives the carrier
 * the modes of its virtual thread first; nothing waits between the two.
 */
final class VirtualThreadMode {
  private boolean gradients = true; // as on a new OS thread

  private VirtualThreadMode() {}

  /** Makes the mode of the calling thread; null if it is a platform thread. */
  static @Nullable VirtualThreadMode ofThisThread() {
    return Thread.currentThread().isVirtual() ? new VirtualThreadMode() : null;
  }

  /** Gives the modes to the OS thread that the calling virtual thread is on. */
  void applyToCarrier() {
    LibTorchAbi.aoti_torch_grad_mode_set_enabled(gradients);
    Runnable setting = Torch.threadSetting();
    if (setting != null) {
      setting.run();
    }
  }

  boolean recordsGradients() {
    return gradients;
  }

  void recordGradients(boolean enabled) {
    gradients = enabled;
  }
}
