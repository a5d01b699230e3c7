package io.nextscale.var.inference;

import io.nextscale.torch.GradMode;
import io.nextscale.torch.TensorScope;
import io.nextscale.torch.cpu.LibraryThread;
import io.nextscale.torch.cpu.Parallel;
import io.nextscale.torch.cpu.SystemMemory;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.FutureTask;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The thread on which the loaded models of this process compute, whoever calls, and the one queue
 * of its tasks (docs/decisions/0010-threads-of-the-library.md). It begins with the first lease and
 * ends with the last. Where an operator or the rows of a batch use more threads, they share those
 * of {@link io.nextscale.torch.cpu.CpuThreads}.
 */
public final class ComputeThreads implements AutoCloseable {
  private static final AtomicInteger STARTED = new AtomicInteger();
  private static final AtomicLong SUBMITTED = new AtomicLong();
  // memory that went back must be taken anew, which slows the next call
  private static final Duration TRIM_PAUSE = Duration.ofMinutes(1);

  private static int leases;
  private static @Nullable ThreadPoolExecutor shared;
  private static volatile @Nullable Thread current;

  private final ThreadPoolExecutor thread;
  private boolean closed;

  private ComputeThreads(ThreadPoolExecutor thread) {
    this.thread = thread;
  }

  /** Leases the thread: it runs until the last lease is closed. */
  public static ComputeThreads lease() {
    synchronized (ComputeThreads.class) {
      if (shared == null) {
        shared =
            new ThreadPoolExecutor(
                1, 1, 0, TimeUnit.SECONDS, new PriorityBlockingQueue<>(), ComputeThreads::make);
      }
      leases++;
      return new ComputeThreads(shared);
    }
  }

  private static Thread make(Runnable work) {
    Thread made =
        LibraryThread.named(
            "nextscale-compute-" + STARTED.incrementAndGet(), () -> LibraryThread.run(true, work));
    current = made;
    return made;
  }

  /** Whether the calling thread is the computing one, which must not wait for itself. */
  public static boolean isCurrent() {
    return Thread.currentThread() == current;
  }

  /**
   * A piece of work in the queue. Tasks of older calls go first: a younger call computes while an
   * older one waits for its listener, and few calls hold memory at once.
   *
   * @param <T> class of its result
   */
  public final class Task<T> extends FutureTask<T> implements Comparable<Task<?>> {
    private final long age;
    private final long order = SUBMITTED.incrementAndGet();

    private Task(long age, Supplier<T> work) {
      super(
          () -> {
            try (GradMode inference = GradMode.disabled();
                TensorScope scope = TensorScope.open()) {
              return work.get();
            }
          });
      this.age = age;
    }

    /** Returns freed memory now and then, when whoever waits for the task has gone on. */
    @Override
    protected void done() {
      SystemMemory.trimNowAndThen(TRIM_PAUSE);
    }

    /** Takes the task out of the queue, unless it has begun; whoever waits for it goes on. */
    public void withdraw() {
      if (thread.remove(this)) {
        cancel(false);
      }
    }

    @Override
    public int compareTo(Task<?> other) {
      int byAge = Long.compare(age, other.age);
      return byAge != 0 ? byAge : Long.compare(order, other.order);
    }
  }

  /**
   * Queues work, which runs in a scope of its own and without gradients.
   *
   * @param age number of the call that it belongs to; less is older
   */
  public <T> Task<T> submit(long age, Supplier<T> work) {
    Task<T> task = new Task<>(age, work);
    thread.execute(task);
    return task;
  }

  /**
   * Runs what older calls have queued. The computing thread calls it between two pieces of a task,
   * so that a long task of a younger call holds up no older one.
   *
   * @param age number of the call of the task
   */
  public void runOlder(long age) {
    BlockingQueue<Runnable> queue = thread.getQueue();
    while (queue.peek() instanceof Task<?> first && first.age < age) {
      if (queue.remove(first)) { // else it was withdrawn
        first.run();
      }
    }
  }

  /** Returns the lease; the last one ends all threads and waits for their end. */
  @Override
  public void close() {
    synchronized (ComputeThreads.class) {
      if (closed) {
        return;
      }
      closed = true;
      leases--;
      if (leases > 0) {
        return;
      }
      shared = null;
      current = null;
    }
    thread.close();
    Parallel.endIdleThreads();
  }
}
