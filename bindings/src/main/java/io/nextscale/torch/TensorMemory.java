package io.nextscale.torch;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** Java's views of a tensor's memory, and the memory that a tensor wraps. */
final class TensorMemory {
  private final @Nullable MemorySegment wrapped;
  private final boolean opaque;
  private @Nullable Arena views;

  private TensorMemory(@Nullable MemorySegment wrapped, boolean opaque) {
    this.wrapped = wrapped;
    this.opaque = opaque;
  }

  /** Memory of libtorch. */
  static TensorMemory own() {
    return new TensorMemory(null, false);
  }

  /** Memory of libtorch in a layout that only some of its operators know. */
  static TensorMemory opaque() {
    return new TensorMemory(null, true);
  }

  /** Memory that existed before the tensor. */
  static TensorMemory wrapped(MemorySegment memory) {
    return new TensorMemory(memory, false);
  }

  /** The same memory, for a tensor that is a view; it ends views of its own. */
  TensorMemory ofView() {
    return new TensorMemory(wrapped, opaque);
  }

  boolean isOpaque() {
    return opaque;
  }

  /** Whether it is read-only, as that of a mapped checkpoint. */
  boolean isReadOnly() {
    return wrapped != null && wrapped.isReadOnly();
  }

  /**
   * Makes a view that is usable until {@link #close}.
   *
   * @param confined whether only the calling thread uses and closes it
   */
  MemorySegment view(long address, long bytes, boolean confined) {
    Arena arena = views;
    if (arena == null) {
      arena = confined ? Arena.ofConfined() : Arena.ofShared();
      views = arena;
    }
    MemorySegment view = MemorySegment.ofAddress(address).reinterpret(bytes, arena, null);
    return isReadOnly() ? view.asReadOnly() : view;
  }

  boolean isMapped() {
    return wrapped != null && wrapped.isMapped();
  }

  /** Lets the system take a mapped file out of RAM. */
  void unload() {
    if (wrapped != null && wrapped.isMapped()) {
      wrapped.unload();
    }
  }

  /** Ends all views. */
  void close() {
    if (views != null) {
      views.close();
      views = null;
    }
  }
}
