package io.nextscale.var;

import io.nextscale.torch.GradMode;
import io.nextscale.torch.TensorScope;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/** Lets several threads use a resource at once, and closes it when their calls are done. */
final class CallGuard {
  private final String name;
  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock(true);
  private boolean closed;

  /**
   * Makes an open guard.
   *
   * @param name of the resource, for messages
   */
  CallGuard(String name) {
    this.name = name;
  }

  /**
   * Runs work in a scope of its own, without gradients.
   *
   * @throws IllegalStateException if the resource is closed
   */
  <T> T call(Supplier<T> work) {
    lock.readLock().lock();
    try {
      if (closed) {
        throw new IllegalStateException("this " + name + " is closed");
      }
      try (GradMode inference = GradMode.disabled();
          TensorScope scope = TensorScope.open()) {
        return work.get();
      }
    } finally {
      lock.readLock().unlock();
    }
  }

  /**
   * Waits for calls in flight, then closes the resource; does nothing if it is closed already.
   *
   * @throws IllegalStateException if the thread is in such a call itself
   */
  void close(Runnable closing) {
    if (lock.getReadHoldCount() > 0) {
      throw new IllegalStateException("this " + name + " cannot be closed from its own listener");
    }
    lock.writeLock().lock();
    try {
      if (!closed) {
        closed = true;
        closing.run();
      }
    } finally {
      lock.writeLock().unlock();
    }
  }
}
