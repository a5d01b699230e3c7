package io.nextscale.var;

import java.lang.ref.Cleaner;
import java.time.Duration;

/**
 * Reports a model that became garbage without being closed, once, and closes it. Closing is its
 * user's task all the same: the garbage collector does not know how much native memory it holds.
 */
final class Forgotten {
  private static final Cleaner CLEANER = Cleaner.create();

  private Forgotten() {}

  /**
   * Watches a model.
   *
   * @param name for the report
   * @param calls of the model, which do not refer to it
   */
  static void report(Object model, String name, Calls calls) {
    Throwable loading = new Throwable("it was loaded here");
    Cleaner.Cleanable watch =
        CLEANER.register(
            model,
            () -> {
              if (!calls.isClosing()) {
                System.getLogger("io.nextscale")
                    .log(
                        System.Logger.Level.WARNING,
                        "an "
                            + name
                            + " was never closed: close it, best with try (…), to free its memory"
                            + " and threads",
                        loading);
                calls.close(Duration.ZERO);
              }
            });
    calls.whenClosed(watch::clean);
  }
}
