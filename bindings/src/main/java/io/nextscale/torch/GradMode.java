package io.nextscale.torch;

import io.nextscale.torch.abi.LibTorchAbi;

/**
 * Sets whether operators of the calling thread are recorded for autograd; closing it restores the
 * mode before. A virtual thread keeps its mode when it goes on on another OS thread.
 */
public final class GradMode implements AutoCloseable {
  private final boolean before;

  private GradMode(boolean enabled) {
    before = isEnabled();
    set(enabled);
  }

  /** Records nothing until the result is closed: for inference. */
  public static GradMode disabled() {
    return new GradMode(false);
  }

  /** Records operators until the result is closed: for training. */
  public static GradMode enabled() {
    return new GradMode(true);
  }

  /** Whether operators of the calling thread are recorded. */
  public static boolean isEnabled() {
    Torch.library();
    VirtualThreadMode virtual = NativeCall.ofThisThread().virtual();
    return virtual == null
        ? LibTorchAbi.aoti_torch_grad_mode_is_enabled()
        : virtual.recordsGradients();
  }

  private static void set(boolean enabled) {
    VirtualThreadMode virtual = NativeCall.ofThisThread().virtual();
    if (virtual == null) {
      LibTorchAbi.aoti_torch_grad_mode_set_enabled(enabled);
    } else {
      virtual.recordGradients(enabled);
    }
  }

  @Override
  public void close() {
    set(before);
  }
}
