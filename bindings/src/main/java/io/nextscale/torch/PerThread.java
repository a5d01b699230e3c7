package io.nextscale.torch;

import java.lang.ref.WeakReference;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One object for each thread, which does not keep its class loader. The value of a {@link
 * ThreadLocal} stays with the thread; in a server, threads outlive the application that was
 * undeployed. So the thread refers to its object weakly, and the object lives in this one's map
 * until the thread ends.
 *
 * @param <T> class of the objects, which do not refer to their thread
 */
final class PerThread<T> {
  private final ThreadLocal<@Nullable WeakReference<T>> local = new ThreadLocal<>();
  private final Map<Thread, T> objects = Collections.synchronizedMap(new WeakHashMap<>());
  private final Supplier<T> factory;

  PerThread(Supplier<T> factory) {
    this.factory = factory;
  }

  /** Returns the object of the calling thread, which its first call makes. */
  T get() {
    WeakReference<T> known = local.get();
    T object = known == null ? null : known.get();
    return object == null ? make() : object;
  }

  private T make() {
    T made = factory.get();
    objects.put(Thread.currentThread(), made);
    local.set(new WeakReference<>(made));
    return made;
  }
}
