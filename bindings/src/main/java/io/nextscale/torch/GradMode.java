package io.nextscale.torch;

import io.nextscale.torch.abi.LibTorchAbi;

/**
 * Sets whether operators of the calling thread are recorded for autograd; closing it restores the
 * mode before.
 */
public final class GradMode implements AutoCloseable {
  private final boolean before;

  private GradMode(boolean enabled) {
    before = isEnabled();
    LibTorchAbi.aoti_torch_grad_mode_set_enabled(enabled);
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
    return LibTorchAbi.aoti_torch_grad_mode_is_enabled();
  }

  @Override
  public void close() {
    LibTorchAbi.aoti_torch_grad_mode_set_enabled(before);
  }
}
