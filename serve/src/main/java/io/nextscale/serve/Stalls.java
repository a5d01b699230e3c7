package io.nextscale.serve;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Gives up clients that stop reading or sending, and those that send a body too slowly. A step that
 * waits for a client and does not end in time is interrupted, which closes the connection.
 */
final class Stalls {
  private final Duration patience;
  private final Metrics metrics;

  Stalls(Duration patience, Metrics metrics) {
    this.patience = patience;
    this.metrics = metrics;
  }

  /** Something that waits for the client: its whole body, or a piece of the answer. */
  interface Step {
    void run() throws IOException;
  }

  /**
   * Runs a step on the calling thread.
   *
   * @throws IOException if it fails or takes too long
   */
  void run(Step step) throws IOException {
    Thread writer = Thread.currentThread();
    CompletableFuture<Void> end = new CompletableFuture<>();
    CompletableFuture<Boolean> late =
        end.orTimeout(patience.toNanos(), TimeUnit.NANOSECONDS)
            .handle(
                (done, timeout) -> {
                  if (timeout != null) {
                    writer.interrupt();
                  }
                  return timeout != null;
                });
    IOException failure = null;
    try {
      step.run();
    } catch (IOException e) {
      failure = e;
    } finally {
      end.complete(null);
    }
    if (late.join()) { // so no interruption comes after it
      throw stalled(failure);
    }
    if (failure != null) {
      throw failure;
    }
  }

  private IOException stalled(@Nullable IOException failure) {
    boolean ignored = Thread.interrupted(); // it was ours
    metrics.stalled();
    return new IOException(
        "the client needed more than %s for a body, or for a piece of an answer"
            .formatted(patience),
        failure);
  }
}
