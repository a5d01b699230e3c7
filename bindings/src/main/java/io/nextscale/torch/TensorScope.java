package io.nextscale.torch;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Owns tensors and frees them together, at a visible place in the code.
 *
 * <p>Every new tensor joins the innermost scope that is open on the calling thread, never the scope
 * of an operand. {@link #keep} moves a tensor to the enclosing scope, so a result can outlive the
 * scope in which it was computed:
 *
 * <pre>{@code
 * try (TensorScope scope = TensorScope.open()) {
 *   Tensor hidden = ...;
 *   return scope.keep(hidden.add(x));
 * }
 * }</pre>
 *
 * <p>{@link #open} is for work on one thread. {@link #create} makes a scope that outlives any
 * block, such as a model's weights: it is entered where tensors are to join it, and closed once, by
 * any thread.
 */
public final class TensorScope implements AutoCloseable {
  private static final PerThread<ScopeStack> STACK = new PerThread<>(ScopeStack::new);

  /** The open scopes of one thread. */
  private static final class ScopeStack {
    private @Nullable TensorScope innermost;
    private @Nullable Runnable appliedSetting;
  }

  private final List<Tensor> tensors = new ArrayList<>();
  private final @Nullable Thread thread; // null if it belongs to none
  private @Nullable TensorScope parent;
  private boolean closed;

  private TensorScope(@Nullable Thread thread) {
    this.thread = thread;
  }

  /** Opens a scope as the innermost of the calling thread; close it there, in reverse order. */
  public static TensorScope open() {
    ScopeStack stack = prepare();
    TensorScope scope = new TensorScope(Thread.currentThread());
    scope.parent = stack.innermost;
    stack.innermost = scope;
    return scope;
  }

  /** Makes a scope that belongs to no thread; see {@link #enter}. */
  public static TensorScope create() {
    Torch.library();
    return new TensorScope(null);
  }

  private static ScopeStack prepare() {
    ScopeStack stack = STACK.get();
    if (stack.innermost == null) {
      Torch.library();
      Runnable setting = Torch.threadSetting();
      if (setting != null && setting != stack.appliedSetting) {
        stack.appliedSetting = setting;
        setting.run();
      }
    }
    return stack;
  }

  /** Makes a scope the innermost of a thread until it is closed; its tensors stay alive. */
  public final class Entry implements AutoCloseable {
    private final TensorScope inner;

    private Entry(TensorScope inner) {
      this.inner = inner;
    }

    @Override
    public void close() {
      try {
        for (Tensor tensor : inner.tensors) {
          if (tensor.belongsTo(inner)) {
            adopt(tensor);
          }
        }
      } finally {
        inner.close(); // the thread must leave it even if the outer scope was closed meanwhile
      }
    }
  }

  /** Lets new tensors of the calling thread join this scope until the result is closed. */
  public Entry enter() {
    requireOpen();
    return new Entry(open());
  }

  /**
   * Moves a tensor into this scope, which frees it from now on.
   *
   * @throws IllegalStateException if the tensor, or this scope, belongs to another thread
   */
  public Tensor adopt(Tensor tensor) {
    requireThread();
    synchronized (tensors) {
      requireOpen();
      tensor.moveTo(this);
      tensors.add(tensor);
    }
    return tensor;
  }

  /**
   * Moves a tensor of this scope to the scope around it.
   *
   * @return the same tensor
   * @throws IllegalStateException if no scope is open around this one, or the tensor belongs to
   *     another scope, which would lose it
   */
  public Tensor keep(Tensor tensor) {
    TensorScope around = parent;
    if (around == null) {
      throw new IllegalStateException("no scope is open around this one to keep a tensor in");
    }
    if (!tensor.belongsTo(this)) {
      if (tensor.isClosed()) {
        throw new IllegalStateException("a freed tensor cannot be kept");
      }
      throw new IllegalStateException(
          "a scope keeps tensors of its own, not of another: " + tensor);
    }
    return around.adopt(tensor);
  }

  /** The innermost scope of the calling thread. */
  static TensorScope innermost() {
    TensorScope scope = STACK.get().innermost;
    if (scope == null) {
      throw new IllegalStateException(
          "no TensorScope is open on this thread: tensors are made inside"
              + " try (TensorScope scope = TensorScope.open()) { … }");
    }
    return scope;
  }

  void add(Tensor tensor) {
    tensors.add(tensor);
  }

  /**
   * Drops a tensor that was freed early, if it is the latest: a loop in one scope then does not
   * grow the list.
   */
  void forget(Tensor tensor) {
    if (!closed && thread != null && !tensors.isEmpty() && tensors.getLast() == tensor) {
      tensors.removeLast();
    }
  }

  /** The thread that opened this scope, or null if it belongs to none. */
  @Nullable Thread thread() {
    return thread;
  }

  /** Throws if this scope belongs to another thread. */
  void requireThread() {
    if (thread != null && thread != Thread.currentThread()) {
      throw new IllegalStateException(
          "the tensors of a TensorScope are closed and moved by the thread that opened it, %s: expected"
                  .formatted(thread.getName())
              + " that thread, or a scope of TensorScope.create()");
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("this TensorScope is closed");
    }
  }

  /**
   * Frees every tensor that still belongs to this scope. Closing again does nothing.
   *
   * @throws IllegalStateException if native code uses a segment of a tensor; such tensors stay open
   *     until the scope is closed again
   */
  @Override
  public void close() {
    synchronized (tensors) {
      if (!closed) {
        leave();
        closed = true;
      }
      List<Tensor> kept = new ArrayList<>();
      RuntimeException failure = null;
      for (int i = tensors.size() - 1; i >= 0; i--) {
        try {
          tensors.get(i).closeOf(this);
        } catch (RuntimeException e) {
          kept.addFirst(tensors.get(i));
          failure = failure == null ? e : failure;
        }
      }
      tensors.clear();
      tensors.addAll(kept);
      if (failure != null) {
        throw failure;
      }
    }
  }

  private void leave() {
    if (thread != null) {
      ScopeStack stack = STACK.get();
      if (stack.innermost != this) {
        throw new IllegalStateException(
            "TensorScopes are closed on the thread that opened them, the innermost first");
      }
      stack.innermost = parent;
    }
  }
}
