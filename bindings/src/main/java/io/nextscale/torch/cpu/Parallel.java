package io.nextscale.torch.cpu;

import io.nextscale.torch.GradMode;
import io.nextscale.torch.OperatorProfile;
import io.nextscale.torch.TensorScope;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs independent tasks on tensors in parallel. The threads that an operator of the calling thread
 * may use are divided among the tasks. It is for a model that computes the same for several rows:
 * threads with rows of their own need not meet after every operator.
 */
public final class Parallel {
  private static final AtomicInteger STARTED = new AtomicInteger();
  private static final int IDLE_SECONDS = 10;
  private static final ThreadPoolExecutor HELPERS =
      new ThreadPoolExecutor(
          0,
          Integer.MAX_VALUE,
          IDLE_SECONDS,
          TimeUnit.SECONDS,
          new SynchronousQueue<>(),
          task -> LibraryThread.named("nextscale-" + STARTED.incrementAndGet(), task));

  private Parallel() {}

  /**
   * Runs a task for each index from 0 to {@code count - 1}, some of them on the calling thread, and
   * returns when all are done. If one fails, it waits for those that had begun and throws the first
   * failure.
   *
   * <p>Each task runs in its own {@link TensorScope} and with the caller's {@link GradMode}. Tasks
   * may read the same tensors; the memory that they write must not overlap. Called on a virtual
   * thread, all tasks run on platform threads.
   */
  public static void forEach(int count, IntConsumer task) {
    if (Thread.currentThread().isVirtual()) {
      boolean gradients = GradMode.isEnabled();
      LibraryThread.call(
          "nextscale-for-virtual",
          () -> {
            try (GradMode mode = gradients ? GradMode.enabled() : GradMode.disabled()) {
              forEach(count, task);
            }
            return count;
          });
      return;
    }
    try (TensorScope scope = TensorScope.open()) { // applies the caller's number of threads
      run(count, task, CpuThreads.count());
    }
  }

  /** Ends the threads that are idle. They would end by themselves, but some seconds later. */
  public static void endIdleThreads() {
    HELPERS.setKeepAliveTime(0, TimeUnit.SECONDS);
    try {
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
      while (HELPERS.getPoolSize() > HELPERS.getActiveCount() && System.nanoTime() < deadline) {
        LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(100)); // they wake up one by one
      }
    } finally {
      HELPERS.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
    }
  }

  private static void run(int count, IntConsumer task, int threads) {
    int workers = OpenMp.isAvailable() ? Math.min(count, threads) : 1;
    if (workers <= 1) {
      for (int i = 0; i < count; i++) {
        scoped(task, i);
      }
      return;
    }
    boolean gradients = GradMode.isEnabled();
    boolean computing = LibraryThread.isComputing();
    AtomicInteger next = new AtomicInteger();
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    Runnable work =
        () -> {
          for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
            scoped(task, i);
          }
        };
    List<Future<?>> helpers = new ArrayList<>();
    try {
      for (int i = 1; i < workers; i++) {
        helpers.add(
            HELPERS.submit(
                () ->
                    keepingFailure(
                        failure,
                        next,
                        count,
                        () ->
                            LibraryThread.run(
                                computing, () -> help(work, threads / workers, gradients)))));
      }
      OpenMp.setThreads(threads / workers);
      keepingFailure(failure, next, count, work);
    } finally {
      next.set(count);
      await(helpers);
      OpenMp.setThreads(threads);
    }
    Throwable first = failure.get();
    if (first != null) {
      throw LibraryThread.unchecked(first);
    }
  }

  /** Runs a thread's work; keeps a failure, after which no further task begins. */
  private static void keepingFailure(
      AtomicReference<@Nullable Throwable> failure, AtomicInteger next, int count, Runnable work) {
    try {
      work.run();
    } catch (Throwable e) { // also a checked one, which code in other languages throws
      failure.compareAndSet(null, e);
      next.set(count);
    }
  }

  private static void scoped(IntConsumer task, int index) {
    try (TensorScope scope = TensorScope.open()) {
      task.accept(index);
    }
  }

  private static void help(Runnable work, int threads, boolean gradients) {
    OperatorProfile profile = OperatorProfile.active();
    long start = System.nanoTime();
    try (TensorScope scope = TensorScope.open();
        GradMode mode = gradients ? GradMode.enabled() : GradMode.disabled()) {
      // libtorch's first query on a thread sets the number of threads: it precedes our own setting
      CpuThreads.count();
      OpenMp.setThreads(threads);
      work.run();
    }
    if (profile != null) {
      profile.addHelp(System.nanoTime() - start);
    }
  }

  /** Waits for all helpers, even if the calling thread is interrupted: they use its tensors. */
  private static void await(List<Future<?>> helpers) {
    OperatorProfile profile = OperatorProfile.active();
    long start = System.nanoTime();
    boolean interrupted = false;
    for (Future<?> helper : helpers) {
      while (!helper.isDone()) {
        try {
          helper.get();
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException e) {
          throw new AssertionError("failures are kept", e);
        }
      }
    }
    if (profile != null) {
      profile.addWait(System.nanoTime() - start);
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
