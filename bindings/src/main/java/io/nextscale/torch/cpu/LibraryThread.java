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

  /** A thread of this library; it may compute a piece of a generation. */
  private static final class Worker extends Thread {
    private boolean computing; // used by the thread itself only

    Worker(Runnable work, String name) {
      super(null, work, name, 0, false);
    }
  }

  /**
   * Whether the calling thread computes a piece of a generation, or helps with it. It must not wait
   * for another one.
   */
  public static boolean isComputing() {
    return Thread.currentThread() instanceof Worker worker && worker.computing;
  }

  /** Runs work of a piece of a generation, or other work, on the calling thread of this library. */
  public static void run(boolean computing, Runnable work) {
    Worker worker = (Worker) Thread.currentThread();
    boolean before = worker.computing;
    worker.computing = computing;
    try {
      work.run();
    } finally {
      worker.computing = before;
    }
  }

  /** Makes a thread, not started yet. */
  public static Thread named(String name, Runnable work) {
    Thread thread = new Worker(work, name);
    thread.setDaemon(true);
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
   * @param waiting whose cause is an unchecked exception; anything else is thrown at once, as code
   *     in other languages throws checked exceptions too
   */
  public static RuntimeException failed(ExecutionException waiting) {
    Throwable failure = Objects.requireNonNull(waiting.getCause());
    List<StackTraceElement> trace = new ArrayList<>(List.of(failure.getStackTrace()));
    trace.addAll(List.of(new Throwable().getStackTrace()));
    failure.setStackTrace(trace.toArray(StackTraceElement[]::new));
    return unchecked(failure);
  }

  /** Returns an unchecked exception; throws anything else. */
  static RuntimeException unchecked(Throwable failure) {
    if (failure instanceof RuntimeException exception) {
      return exception;
    }
    throw LibraryThread.<RuntimeException>asDeclared(failure);
  }

  @SuppressWarnings("unchecked") // the caller's throws clause says E, the compiler checks no more
  private static <E extends Throwable> E asDeclared(Throwable failure) throws E {
    throw (E) failure;
  }
}
