package io.nextscale.var;

import io.nextscale.torch.GradMode;
import io.nextscale.torch.TensorScope;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/** Lets many threads use something at once and one close it when they are done. */
final class CallGuard {
  private final String name;
  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock(true);
  private boolean closed;

  /** A guard of something by that name, for messages. */
  CallGuard(String name) {
    this.name = name;
  }

  /** Runs work in a scope of its own, without gradients. */
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

  /** Closes once calls in flight are done, the first time. */
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
