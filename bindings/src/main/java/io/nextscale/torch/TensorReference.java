package io.nextscale.torch;

import io.nextscale.torch.abi.LibTorchAbi;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The native reference of a {@link Tensor}: who owns it, who uses it, and when it is freed.
 *
 * <p>Native code uses a reference between {@link #pin} and {@link #unpin}. The thread of the scope
 * that owns a tensor alone closes it, so its own uses need no record. Uses by other threads, and of
 * tensors in a scope that belongs to no thread, are counted; if it is closed meanwhile, the last of
 * them frees it.
 *
 * <p>Its monitor guards the owner, the end, and Java's views: a view that one thread makes while
 * another closes the tensor is ended with the others, or refused.
 */
abstract sealed class TensorReference permits Tensor {
  private static final int CLOSED = Integer.MIN_VALUE;
  private static final VarHandle USES;

  static {
    try {
      USES = MethodHandles.lookup().findVarHandle(TensorReference.class, "uses", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final long handle;
  private TensorScope owner;
  private @Nullable TensorMemory memory;

  // number of uses by other threads than the owner's; with the sign bit after it is closed
  private volatile int uses;

  TensorReference(long handle, TensorScope owner) {
    this.handle = handle;
    this.owner = owner;
  }

  /** Throws if it is closed, or if memory that it needs is. */
  final void requireOpen() {
    if (isClosed()) {
      throw freed();
    }
    TensorMemory known = memory;
    if (known != null) {
      known.requireAlive();
    }
  }

  /** Whether its memory is that of a mapped file, which the system can take out of RAM. */
  public final boolean isMapped() {
    TensorMemory known = memory;
    return known != null && known.isMapped();
  }

  private static IllegalStateException freed() {
    return new IllegalStateException("this tensor is freed: its TensorScope is closed");
  }

  final boolean isClosed() {
    return uses < 0;
  }

  /** Whether the calling thread alone closes it. */
  final boolean isOwn() {
    return owner.thread() == Thread.currentThread();
  }

  /**
   * Begins a use of the native reference by the calling thread, which {@link #unpin} ends.
   *
   * @throws IllegalStateException if it is closed, or if memory that it needs is
   */
  final long pin() {
    if (isOwn()) {
      requireOpen();
    } else {
      int before;
      do {
        before = uses;
        if (before < 0) {
          throw freed();
        }
      } while (!USES.compareAndSet(this, before, before + 1));
      TensorMemory known = memory;
      if (known != null && !known.isAlive()) {
        unpin();
        known.requireAlive();
      }
    }
    return handle;
  }

  /** Ends a use. */
  final void unpin() {
    if (!isOwn() && (int) USES.getAndAdd(this, -1) == CLOSED + 1) {
      free();
    }
  }

  private void free() {
    delete(handle);
    Torch.tensorFreed();
  }

  static void delete(long handle) {
    Failure.check(
        LibTorchAbi.aoti_torch_delete_tensor_object(MemorySegment.ofAddress(handle)),
        "freeing a tensor");
  }

  final boolean belongsTo(TensorScope scope) {
    return !isClosed() && owner == scope;
  }

  final TensorScope owner() {
    return owner;
  }

  /** Makes another scope the owner; ends Java's views of the memory. */
  final synchronized void moveTo(TensorScope scope) {
    if (isClosed()) {
      throw freed();
    }
    owner.requireThread();
    endViews();
    owner = scope;
  }

  /** Closes it if a scope owns it still; for that scope, when it closes. */
  final void closeOf(TensorScope scope) {
    boolean unused;
    synchronized (this) {
      unused = owner == scope && markClosed();
    }
    if (unused) {
      free();
    }
  }

  /**
   * Frees the reference, now or at the end of its last use.
   *
   * @return whether it was open
   */
  final boolean closeOnce() {
    boolean unused;
    synchronized (this) {
      if (isClosed()) {
        return false;
      }
      owner.requireThread();
      unused = markClosed();
    }
    if (unused) {
      free();
    }
    return true;
  }

  /** Ends Java's views; returns whether it was open and nobody uses it. Under the monitor. */
  private boolean markClosed() {
    endViews();
    return (int) USES.getAndBitwiseOr(this, CLOSED) == 0;
  }

  private void endViews() {
    TensorMemory known = memory;
    if (known != null) {
      known.endViews();
    }
  }

  /** Facts of the memory, or null as long as it is libtorch's own and Java has no view. */
  final @Nullable TensorMemory memory() {
    return memory;
  }

  final void setMemory(TensorMemory known) {
    memory = known;
  }

  /** Ends Java's views of the memory, which has a layout that only some operators know. */
  final synchronized void markOpaque() {
    owner.requireThread();
    memory = memoryOrOwn().asOpaque();
  }

  /** Adds memory that it needs from now on. */
  final synchronized void need(List<MemorySegment> more) {
    TensorMemory known = memoryOrOwn();
    if (!known.needed().containsAll(more)) {
      memory = known.needing(more);
    }
  }

  /** Facts of the memory, made at the first call. */
  final synchronized TensorMemory memoryOrOwn() {
    TensorMemory known = memory;
    if (known == null) {
      known = TensorMemory.own();
      memory = known;
    }
    return known;
  }

  /** Whether results may share memory of somebody else, or need it for their gradients. */
  final boolean isTracked() {
    TensorMemory known = memory;
    return known != null && known.isTracked();
  }

  /** Whether the memory has a layout that only some operators know. */
  final boolean isOpaque() {
    TensorMemory known = memory;
    return known != null && known.isOpaque();
  }

  final boolean isReadOnly() {
    TensorMemory known = memory;
    return known != null && known.isReadOnly();
  }
}
