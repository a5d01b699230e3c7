package io.nextscale.var;

import java.util.concurrent.CancellationException;

/** Lets any thread end a generation; it stops before its next transformer block. */
public final class Cancellation {
  private volatile boolean cancelled;

  /** Not cancelled yet. */
  public Cancellation() {}

  /** Asks the generation to end. */
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
   * @throws CancellationException then
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
