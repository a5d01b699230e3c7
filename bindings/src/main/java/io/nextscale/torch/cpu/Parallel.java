package io.nextscale.torch.cpu;

import io.nextscale.torch.GradMode;
import io.nextscale.torch.OperatorProfile;
import io.nextscale.torch.TensorScope;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Independent work on tensors by several threads at once, each with its share of the threads that
 * an operator of the calling thread may use. For a model that computes the same for several rows:
 * threads that each have rows of their own need not meet after every operator.
 */
public final class Parallel {
  private static final AtomicInteger STARTED = new AtomicInteger();
  private static final ExecutorService HELPERS =
      new ThreadPoolExecutor(
          0,
          Integer.MAX_VALUE,
          10,
          TimeUnit.SECONDS,
          new SynchronousQueue<>(),
          task ->
              Thread.ofPlatform()
                  .daemon()
                  .name("nextscale-" + STARTED.incrementAndGet())
                  .unstarted(task));

  private Parallel() {}

  /**
   * Runs a task for each of {@code 0} to {@code count - 1}, some on the calling thread. Returns
   * when all are done. If one fails, waits for those that had begun and throws the first failure.
   *
   * <p>Each runs in a {@link TensorScope} of its own and with the caller's {@link GradMode}. Tasks
   * may read the same tensors; the memory that they write must not overlap.
   */
  public static void forEach(int count, IntConsumer task) {
    try (TensorScope scope = TensorScope.open()) { // settles the threads of the caller
      run(count, task, CpuThreads.count());
    }
  }

  private static void run(int count, IntConsumer task, int threads) {
    int shares = OpenMp.isAvailable() ? Math.min(count, threads) : 1;
    if (shares <= 1) {
      for (int i = 0; i < count; i++) {
        scoped(task, i);
      }
      return;
    }
    boolean gradients = GradMode.isEnabled();
    AtomicInteger next = new AtomicInteger();
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    Runnable share =
        () -> {
          for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
            scoped(task, i);
          }
        };
    List<Future<?>> helpers = new ArrayList<>();
    try {
      for (int i = 1; i < shares; i++) {
        helpers.add(
            HELPERS.submit(
                () ->
                    noting(failure, next, count, () -> help(share, threads / shares, gradients))));
      }
      OpenMp.setThreads(threads / shares);
      noting(failure, next, count, share);
    } finally {
      next.set(count);
      await(helpers);
      OpenMp.setThreads(threads);
    }
    Throwable first = failure.get();
    if (first instanceof RuntimeException e) {
      throw e;
    }
    if (first instanceof Error e) {
      throw e;
    }
  }

  /** Runs a thread's part; a failure is kept, and no further task is begun. */
  private static void noting(
      AtomicReference<@Nullable Throwable> failure, AtomicInteger next, int count, Runnable part) {
    try {
      part.run();
    } catch (RuntimeException | Error e) {
      failure.compareAndSet(null, e);
      next.set(count);
    }
  }

  private static void scoped(IntConsumer task, int index) {
    try (TensorScope scope = TensorScope.open()) {
      task.accept(index);
    }
  }

  private static void help(Runnable share, int threads, boolean gradients) {
    OperatorProfile profile = OperatorProfile.active();
    long start = System.nanoTime();
    try (TensorScope scope = TensorScope.open();
        GradMode mode = gradients ? GradMode.enabled() : GradMode.disabled()) {
      CpuThreads
          .count(); // the first such question of a thread sets the number told for all threads
      OpenMp.setThreads(threads);
      share.run();
    }
    if (profile != null) {
      profile.addHelp(System.nanoTime() - start);
    }
  }

  /** Waits for all, however often the calling thread is interrupted: they use its tensors. */
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
          throw new AssertionError("failures are noted", e);
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
