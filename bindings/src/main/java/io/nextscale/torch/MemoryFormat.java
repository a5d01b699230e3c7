package io.nextscale.torch;

import io.nextscale.torch.abi.LibTorchAbi;

/** The order of the elements of a tensor in memory, as an argument of an {@link Operator}. */
public enum MemoryFormat {
  /** Row-major. */
  CONTIGUOUS,
  /** The channels of (B, C, h, w) lie together for each pixel. */
  CHANNELS_LAST;

  int code() {
    return switch (this) {
      case CONTIGUOUS -> LibTorchAbi.aoti_torch_memory_format_contiguous_format();
      case CHANNELS_LAST -> LibTorchAbi.aoti_torch_memory_format_channels_last();
    };
  }
}
