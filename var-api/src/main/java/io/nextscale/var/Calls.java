package io.nextscale.var;

import io.nextscale.torch.cpu.LibraryThread;
import io.nextscale.var.inference.ComputeThreads;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;

/** The calls of a loaded model: at most so many at once; closing waits for them or ends them. */
final class Calls {
  private static final AtomicLong AGE = new AtomicLong();
  // a listener that waits for the thread that closes would wait for ever
  private static final long LISTENER_PATIENCE = TimeUnit.SECONDS.toNanos(5);
  private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE);

  private final String name;
  private final int most;
  private final Runnable freeModel;
  private final ComputeThreads threads = ComputeThreads.lease();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Set<Call> inFlight = new LinkedHashSet<>();
  private Runnable afterwards = () -> {};
  private boolean closing;
  private boolean closed;

  /**
   * Opens a model for calls.
   *
   * @param name of the class, for messages
   * @param most calls at once
   * @param freeModel frees the model, when no call uses it any more
   */
  Calls(String name, int most, Runnable freeModel) {
    this.name = name;
    this.most = most;
    this.freeModel = freeModel;
  }

  /**
   * Admits a call, which {@link #run} must follow.
   *
   * @throws IllegalStateException if the model is closed, or the thread computes for another call
   * @throws RejectedExecutionException if there are too many calls
   */
  Call admit(Cancellation cancellation) {
    requireMayWait();
    lock.lock();
    try {
      if (closing) {
        throw new IllegalStateException("this " + name + " is closed");
      }
      if (inFlight.size() >= most) {
        throw new RejectedExecutionException(
            "this %s has %s calls at work or waiting, and takes no more at once (LoadOptions.maxCalls)"
                .formatted(name, most));
      }
      Call call = new Call(lock, changed::signalAll, threads, cancellation, AGE.incrementAndGet());
      inFlight.add(call);
      return call;
    } finally {
      lock.unlock();
    }
  }

  /** Refuses threads that compute: they would wait for themselves, and all other calls for them. */
  private void requireMayWait() {
    if (LibraryThread.isComputing()) {
      throw new IllegalStateException(
          ("this %s is called by a LogitsProcessor or TokenNoise, which runs on a thread that computes:"
                  + " expected a ScaleListener or a thread of the application")
              .formatted(name));
    }
  }

  /** Runs an admitted call on the calling thread. */
  <T> T run(Call call, Function<Call, T> work) {
    call.begin();
    try {
      return work.apply(call);
    } finally {
      call.end();
      end(call);
    }
  }

  /** Admits and runs a call. */
  <T> T run(Cancellation cancellation, Function<Call, T> work) {
    return run(admit(cancellation), work);
  }

  /** Admits and runs a call that is one piece of computation. */
  <T> T compute(Supplier<T> work) {
    return run(new Cancellation(), call -> call.compute(work));
  }

  private void end(Call call) {
    lock.lock();
    try {
      if (inFlight.remove(call)) {
        call.free();
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Refuses calls from now on, waits for those in flight, then frees the model. If another thread
   * closes it, waits for that.
   *
   * @param patience after which calls in flight are cancelled; an interruption ends it too
   * @throws IllegalStateException if the thread is in such a call itself, or computes
   */
  void close(Duration patience) {
    requireMayWait();
    boolean first;
    lock.lock();
    try {
      if (inFlight.stream().anyMatch(call -> call.isRunBy(Thread.currentThread()))) {
        throw new IllegalStateException("this " + name + " cannot be closed from its own listener");
      }
      first = !closing;
      closing = true;
      awaitEnd(first ? () -> inFlight.isEmpty() : () -> closed, patience);
    } finally {
      lock.unlock();
    }
    if (first) {
      free();
    }
  }

  private void awaitEnd(BooleanSupplier end, Duration patience) {
    long start = System.nanoTime();
    long limit = patience.compareTo(LONGEST) > 0 ? Long.MAX_VALUE : patience.toNanos();
    boolean interrupted = false;
    while (!end.getAsBoolean()) {
      long left = interrupted ? 0 : limit - (System.nanoTime() - start);
      if (left <= 0) {
        inFlight.forEach(call -> call.stop(closedText()));
      }
      long nextDrop = dropIdle(left <= 0 ? 0 : LISTENER_PATIENCE);
      try {
        if (!end.getAsBoolean()) {
          long ignored = changed.awaitNanos(left <= 0 ? nextDrop : Math.min(left, nextDrop));
        }
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Takes its memory from every call whose listener runs for too long; its next piece of
   * computation is refused.
   *
   * @return nanoseconds after which the next listener may have run for too long
   */
  private long dropIdle(long longestIdle) {
    long next = LISTENER_PATIENCE;
    for (Iterator<Call> calls = inFlight.iterator(); calls.hasNext(); ) {
      Call call = calls.next();
      if (call.computes()) {
        continue;
      }
      long left = longestIdle - call.idleNanos();
      if (left > 0) {
        next = Math.min(next, left);
      } else {
        call.stop(closedText());
        call.free();
        calls.remove();
      }
    }
    return next;
  }

  private String closedText() {
    return "this " + name + " was closed meanwhile";
  }

  /** Sets what is done when the model is freed. */
  void whenClosed(Runnable action) {
    afterwards = action;
  }

  boolean isClosing() {
    lock.lock();
    try {
      return closing;
    } finally {
      lock.unlock();
    }
  }

  private void free() {
    try (threads) {
      freeModel.run();
    } finally {
      lock.lock();
      try {
        closed = true;
        changed.signalAll();
      } finally {
        lock.unlock();
      }
      afterwards.run();
    }
  }
}
