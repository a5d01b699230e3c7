package io.nextscale.torch;

import java.lang.ref.WeakReference;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One value for each thread, as a {@link ThreadLocal}, whose value a thread does not hold: this
 * object does. A thread of a server outlives the applications that it served; what it holds of
 * their classes keeps their class loader and so all of an application from being collected.
 */
final class PerThread<T> {
  private final Supplier<T> initial;
  private final Map<Thread, T> values = Collections.synchronizedMap(new WeakHashMap<>());
  private final ThreadLocal<@Nullable WeakReference<T>> ofThread = new ThreadLocal<>();

  /** Values that {@code initial} makes at the first use by a thread; they do not hold it. */
  PerThread(Supplier<T> initial) {
    this.initial = initial;
  }

  /** Returns the value of the calling thread. */
  T get() {
    WeakReference<T> reference = ofThread.get();
    T known = reference == null ? null : reference.get();
    return known == null ? make() : known;
  }

  private T make() {
    T made = initial.get();
    values.put(Thread.currentThread(), made);
    ofThread.set(new WeakReference<>(made));
    return made;
  }
}
