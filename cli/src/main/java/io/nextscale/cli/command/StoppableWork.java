package io.nextscale.cli.command;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Long work on a thread that is never interrupted, so that it never leaves a file half-written. If
 * the thread that waits for it is interrupted, the work ends after its present step.
 *
 * @param work its argument says whether to stop; returns whether all of the work is done
 */
record StoppableWork(Predicate<BooleanSupplier> work) {
  /**
   * Does the work and waits for it.
   *
   * @return whether all of it is done
   */
  boolean run() {
    AtomicBoolean stop = new AtomicBoolean();
    AtomicBoolean finished = new AtomicBoolean();
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    Thread worker =
        Thread.ofPlatform()
            .name("nextscale-work")
            .uncaughtExceptionHandler((thread, cause) -> failure.set(cause))
            .start(() -> finished.set(work.test(stop::get)));
    while (worker.isAlive()) {
      try {
        worker.join();
      } catch (InterruptedException e) {
        stop.set(true);
      }
    }
    Throwable cause = failure.get();
    if (cause instanceof Error error) {
      throw error;
    }
    if (cause instanceof RuntimeException exception) {
      throw exception;
    }
    return finished.get();
  }
}
