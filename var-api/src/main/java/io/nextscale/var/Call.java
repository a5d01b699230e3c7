package io.nextscale.var;

import io.nextscale.torch.TensorScope;
import io.nextscale.torch.cpu.LibraryThread;
import io.nextscale.var.inference.ComputeThreads;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One call of a loaded model. Its caller hands each piece of computation to {@link ComputeThreads}
 * and waits. Between two pieces the caller may run a listener, for as long as it likes: a call owns
 * what outlives a piece, so that closing the model can free it meanwhile.
 */
final class Call {
  private static final String INTERRUPTED = "the generation's thread was interrupted";

  private final ReentrantLock lock;
  private final Runnable changed;
  private final ComputeThreads threads;
  private final Cancellation cancellation;
  private final long age;
  private final List<Runnable> frees = new ArrayList<>();
  private @Nullable Thread caller;
  private ComputeThreads.@Nullable Task<?> task;
  private volatile @Nullable String end;
  private long idleSince = System.nanoTime();

  /**
   * Makes a call.
   *
   * @param lock guards the state of all calls of the model
   * @param changed told, under the lock, when the call waits for no computation any more
   * @param age number of the call among all
   */
  Call(
      ReentrantLock lock,
      Runnable changed,
      ComputeThreads threads,
      Cancellation cancellation,
      long age) {
    this.lock = lock;
    this.changed = changed;
    this.threads = threads;
    this.cancellation = cancellation;
    this.age = age;
  }

  /** Names the thread that runs the call and its listener. */
  void begin() {
    caller = Thread.currentThread();
    cancellation.follow(this);
  }

  /** Ends the connection with the cancellation of its request. */
  void end() {
    cancellation.leave(this);
  }

  boolean isRunBy(Thread thread) {
    return caller == thread;
  }

  /**
   * Computes on the library's thread, without gradients and in a scope of its own, and waits for
   * the result. On that thread it computes at once, after what older calls have queued.
   *
   * @throws CancellationException if the call is ended before or meanwhile
   */
  <T> T compute(Supplier<T> work) {
    if (ComputeThreads.isCurrent()) {
      letOlderGo();
      check();
      try (TensorScope scope = TensorScope.open()) {
        return work.get();
      }
    }
    if (Thread.currentThread().isInterrupted()) {
      stop(INTERRUPTED);
    }
    ComputeThreads.Task<T> mine;
    lock.lock();
    try {
      check();
      mine =
          threads.submit(
              age,
              () -> {
                check();
                return work.get();
              });
      task = mine;
    } finally {
      lock.unlock();
    }
    try {
      return await(mine);
    } finally {
      lock.lock();
      try {
        task = null;
        idleSince = System.nanoTime();
        changed.run();
      } finally {
        lock.unlock();
      }
    }
  }

  /**
   * Waits for a task, even if the caller is interrupted: it may be at work with the call's tensors.
   */
  private <T> T await(ComputeThreads.Task<T> mine) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return mine.get();
        } catch (InterruptedException e) {
          interrupted = true;
          stop(INTERRUPTED);
        } catch (ExecutionException e) {
          throw LibraryThread.failed(e);
        } catch (CancellationException withdrawn) {
          check();
          throw withdrawn;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Runs what older calls have queued; called on the library's thread, between two pieces. */
  void letOlderGo() {
    threads.runOlder(age);
  }

  /**
   * Ends the calling work if the call was ended.
   *
   * @throws CancellationException if so, with the reason
   */
  void check() {
    String reason = end;
    if (reason != null) {
      throw new CancellationException(reason);
    }
  }

  /** Ends the call: at once if it waits in the queue, else at the next {@link #check}. */
  void stop(String reason) {
    lock.lock();
    try {
      if (end == null) {
        end = reason;
      }
      if (task != null) {
        task.withdraw();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Lets the call own memory that a piece of computation leaves. Called while it computes. */
  void own(Runnable free) {
    lock.lock();
    try {
      frees.add(free);
    } finally {
      lock.unlock();
    }
  }

  /** Whether a piece of computation is queued or at work. Needs the lock. */
  boolean computes() {
    return task != null;
  }

  /** Nanoseconds since the last piece of computation. Needs the lock. */
  long idleNanos() {
    return System.nanoTime() - idleSince;
  }

  /** Frees what the call owns. Needs the lock; the call computes nothing. */
  void free() {
    for (Runnable free : frees.reversed()) {
      free.run();
    }
    frees.clear();
  }
}
