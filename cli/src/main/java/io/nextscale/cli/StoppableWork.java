package io.nextscale.cli;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Long work on a thread that is never interrupted, so that what it writes is whole; an interruption
 * of the thread that waits for it lets it end after its step.
 */
final class StoppableWork {
  private StoppableWork() {}

  /**
   * Does the work and waits for it.
   *
   * @param work asks its argument whether it shall stop; tells whether it came to its end
   * @return what the work tells
   */
  static boolean run(Predicate<BooleanSupplier> work) {
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
