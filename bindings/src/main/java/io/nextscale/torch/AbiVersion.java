package io.nextscale.torch;

import io.nextscale.libtorch.LibTorchVersion;

/**
 * The differences between the accepted versions of libtorch, decided once. It is first used when
 * libtorch is loaded.
 */
final class AbiVersion {
  private static final LibTorchVersion LOADED = Torch.library().version();
  private static final boolean IS_BOUND = LOADED.isAtLeast(LibTorchVersion.BOUND);

  /** The version for which libtorch takes this caller to be built: none later than its own. */
  static final long OF_CALLER = (IS_BOUND ? LibTorchVersion.BOUND : LOADED).encoded();

  /**
   * Whether libtorch makes the boxes around optional arguments. Before, the caller makes them by
   * C++'s {@code operator new}, and libtorch deletes them.
   */
  static final boolean HAS_BOXES = IS_BOUND;

  /** Whether libtorch gives the reason of a failure. */
  static final boolean HAS_REASONS = IS_BOUND;

  private AbiVersion() {}
}
