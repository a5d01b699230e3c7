package io.nextscale.torch.cpu;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

/**
 * Makes the platform threads on which this library computes. libtorch's gradient mode and OpenMP's
 * number of threads belong to an OS thread, so they must not be a virtual thread's carrier. The
 * threads are daemons, and keep nothing of the thread that started them.
 */
public final class LibraryThread {
  private LibraryThread() {}

  /** Makes a thread, not started yet. */
  public static Thread named(String name, Runnable work) {
    Thread thread =
        Thread.ofPlatform()
            .daemon()
            .name(name)
            .inheritInheritableThreadLocals(false)
            .unstarted(work);
    thread.setContextClassLoader(LibraryThread.class.getClassLoader());
    return thread;
  }

  /**
   * Runs work on the calling thread, or on a new platform thread if that is virtual. Then the
   * caller waits for the result, also if it is interrupted, and stays so. An exception of the work
   * reaches the caller.
   */
  public static <T> T call(String name, Supplier<T> work) {
    if (!Thread.currentThread().isVirtual()) {
      return work.get();
    }
    FutureTask<T> task = new FutureTask<>(work::get);
    named(name, task).start();
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return task.get();
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException e) {
          throw failed(e);
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /**
   * Prepares the failure of another thread, on which the calling one has waited, for being thrown:
   * its stack trace then goes on with the caller's.
   *
   * @param waiting whose cause is an unchecked exception; an error is thrown at once
   */
  public static RuntimeException failed(ExecutionException waiting) {
    Throwable failure = Objects.requireNonNull(waiting.getCause());
    List<StackTraceElement> trace = new ArrayList<>(List.of(failure.getStackTrace()));
    trace.addAll(List.of(new Throwable().getStackTrace()));
    failure.setStackTrace(trace.toArray(StackTraceElement[]::new));
    if (failure instanceof Error error) {
      throw error;
    }
    return (RuntimeException) failure;
  }
}
