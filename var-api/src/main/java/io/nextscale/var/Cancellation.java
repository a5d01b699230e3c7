package io.nextscale.var;

import java.util.concurrent.CancellationException;

/**
 * Lets any thread end the generations of the requests that it was given to. A generation stops
 * before its next transformer block or the decoding, and {@link ImageGenerator#generate} throws a
 * {@link CancellationException}. It cannot be undone: a new attempt needs a new object. Safe for
 * use by several threads.
 */
public final class Cancellation {
  private volatile boolean cancelled;

  /** Begins uncancelled. */
  public Cancellation() {}

  /** Ends the generations, soon but not at once. */
  public void cancel() {
    cancelled = true;
  }

  /** Whether {@link #cancel} was called. */
  public boolean isCancelled() {
    return cancelled;
  }

  /**
   * Ends the calling work if it was cancelled or its thread interrupted.
   *
   * @throws CancellationException if so; the thread stays interrupted
   */
  void check() {
    if (cancelled) {
      throw new CancellationException("the generation was cancelled");
    }
    if (Thread.currentThread().isInterrupted()) {
      throw new CancellationException("the generation's thread was interrupted");
    }
  }
}
