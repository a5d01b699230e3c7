package io.nextscale.torch;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Java's views of a tensor's memory, and memory of somebody else that a tensor needs: that which it
 * wraps, and that which a backward pass through it reads.
 */
final class TensorMemory {
  static final String GONE =
      "the memory that this tensor wraps, or needs for gradients, is gone: its arena is closed, or"
          + " confined to another thread";

  private final @Nullable MemorySegment wrapped;
  private final List<MemorySegment> needed;
  private final boolean opaque;
  private @Nullable Arena views;

  private TensorMemory(
      @Nullable MemorySegment wrapped, List<MemorySegment> needed, boolean opaque) {
    this.wrapped = wrapped;
    this.needed = needed;
    this.opaque = opaque;
  }

  /** Memory of libtorch. */
  static TensorMemory own() {
    return new TensorMemory(null, List.of(), false);
  }

  /** The same memory, in a layout that only some of libtorch's operators know. */
  TensorMemory asOpaque() {
    endViews();
    return new TensorMemory(wrapped, needed, true);
  }

  /** Memory that existed before the tensor. */
  static TensorMemory wrapped(MemorySegment memory) {
    return new TensorMemory(memory, List.of(memory), false);
  }

  /** The same memory, for another reference to the tensor; it ends views of its own. */
  TensorMemory ofShared() {
    return new TensorMemory(wrapped, needed, opaque);
  }

  /** The same memory, which needs more, with the views of it. */
  synchronized TensorMemory needing(List<MemorySegment> more) {
    Set<MemorySegment> all = new LinkedHashSet<>(needed);
    all.addAll(more);
    TensorMemory result = new TensorMemory(wrapped, List.copyOf(all), opaque);
    result.views = views;
    return result;
  }

  List<MemorySegment> needed() {
    return needed;
  }

  /**
   * Facts of the memory of a result.
   *
   * @param address of the result's elements
   * @param recorded whether a backward pass may read the arguments
   * @return null if nothing is
   */
  static @Nullable TensorMemory ofResult(
      long address, boolean recorded, List<TensorMemory> arguments) {
    Set<MemorySegment> needed = new LinkedHashSet<>();
    MemorySegment wrapped = null;
    for (TensorMemory argument : arguments) {
      if (argument.contains(address)) {
        wrapped = argument.wrapped;
      }
      if (recorded || argument.contains(address)) {
        needed.addAll(argument.needed);
      }
    }
    return needed.isEmpty() ? null : new TensorMemory(wrapped, List.copyOf(needed), false);
  }

  private boolean contains(long address) {
    return wrapped != null
        && address >= wrapped.address()
        && address - wrapped.address() < wrapped.byteSize();
  }

  boolean isOpaque() {
    return opaque;
  }

  /** Whether it is, or needs, memory of somebody else. */
  boolean isTracked() {
    return !needed.isEmpty();
  }

  /** Whether it is read-only, as that of a mapped checkpoint. */
  boolean isReadOnly() {
    return wrapped != null && wrapped.isReadOnly();
  }

  /** Whether the calling thread may use all memory that is needed. */
  boolean isAlive() {
    for (MemorySegment memory : needed) {
      if (!memory.scope().isAlive() || !memory.isAccessibleBy(Thread.currentThread())) {
        return false;
      }
    }
    return true;
  }

  void requireAlive() {
    if (!isAlive()) {
      throw new IllegalStateException(GONE);
    }
  }

  /**
   * Makes a view that is usable until {@link #endViews}; of wrapped memory as long as that is.
   *
   * @param confined whether only the calling thread uses and closes it
   */
  synchronized MemorySegment view(long address, long bytes, boolean confined) {
    if (wrapped != null) {
      return slice(address, bytes);
    }
    Arena arena = views;
    if (arena == null) {
      arena = confined ? Arena.ofConfined() : Arena.ofShared();
      views = arena;
    }
    return MemorySegment.ofAddress(address).reinterpret(bytes, arena, null);
  }

  /**
   * Returns memory for a single reading: of wrapped memory its slice, which ends with its arena.
   */
  static MemorySegment readable(@Nullable TensorMemory memory, long address, long bytes) {
    return memory != null && memory.wrapped != null
        ? memory.slice(address, bytes)
        : MemorySegment.ofAddress(address).reinterpret(bytes);
  }

  private MemorySegment slice(long address, long bytes) {
    MemorySegment memory = Objects.requireNonNull(wrapped);
    return bytes == 0 ? memory.asSlice(0, 0) : memory.asSlice(address - memory.address(), bytes);
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
  synchronized void endViews() {
    if (views != null) {
      views.close();
      views = null;
    }
  }
}
