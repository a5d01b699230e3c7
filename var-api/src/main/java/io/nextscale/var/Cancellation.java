package io.nextscale.var;

import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Lets any thread end the generations of the requests that it was given to. A generation stops
 * before its next transformer block or the decoding, and {@link ImageGenerator#generate} throws a
 * {@link CancellationException}. It cannot be undone: a new attempt needs a new object. Safe for
 * use by several threads.
 */
public final class Cancellation {
  static final String CANCELLED = "the generation was cancelled";

  private final Set<Call> calls = ConcurrentHashMap.newKeySet();
  private volatile boolean cancelled;

  /** Begins uncancelled. */
  public Cancellation() {}

  /** Ends the generations, soon but not at once. */
  public void cancel() {
    cancelled = true;
    calls.forEach(call -> call.stop(CANCELLED));
  }

  /** Whether {@link #cancel} was called. */
  public boolean isCancelled() {
    return cancelled;
  }

  @Override
  public String toString() {
    return "Cancellation[" + (cancelled ? "cancelled" : "not cancelled") + "]";
  }

  /** Ends a call too when this is cancelled, until {@link #leave}. */
  void follow(Call call) {
    calls.add(call);
    if (cancelled) {
      call.stop(CANCELLED);
    }
  }

  void leave(Call call) {
    calls.remove(call);
  }
}
