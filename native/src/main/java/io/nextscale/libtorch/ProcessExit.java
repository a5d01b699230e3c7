package io.nextscale.libtorch;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Optional;

/**
 * Lets the process end while a thread computes. When the JVM ends, C's {@code exit} destroys
 * libtorch's static objects. The JVM waits 0.3 seconds for threads in native code; a longer call,
 * such as a pass backwards, would then use what is destroyed, and the process would crash in place
 * of ending with its status. So a shutdown hook asks C to end the process before that: {@code
 * on_exit(_exit)}, after the streams of C are flushed.
 *
 * <p>Exit handlers run in reverse order, and libtorch makes static objects at any time, so the hook
 * registers as late as possible. It refers to no class of this library: a hook lives as long as the
 * process, and would keep the class loader of an application that is gone.
 */
final class ProcessExit {
  /** System property that tells the other class loaders of the process that the hook is there. */
  private static final String PRESENT = "nextscale.exit-hook";

  private ProcessExit() {}

  /**
   * Adds the hook, once a process.
   *
   * @return false where C has no {@code on_exit}, and when the process is ending already
   */
  static boolean endWithoutDestructors() {
    Optional<MethodHandle> register = registration();
    if (register.isPresent() && System.getProperties().putIfAbsent(PRESENT, "true") == null) {
      Thread hook =
          new Thread(MethodHandleProxies.asInterfaceInstance(Runnable.class, register.get()));
      hook.setContextClassLoader(null);
      try {
        Runtime.getRuntime().addShutdownHook(hook);
      } catch (IllegalStateException e) {
        return false; // the process ends already; loading goes on, so that its user can close it
      }
    }
    return register.isPresent();
  }

  /** A call without arguments that registers {@code fflush(NULL)}, then {@code _exit(status)}. */
  private static Optional<MethodHandle> registration() {
    FunctionDescriptor onExit =
        FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS);
    FunctionDescriptor atExit = onExit.appendArgumentLayouts(ValueLayout.ADDRESS);
    MemorySegment none = MemorySegment.NULL;
    return call("on_exit", onExit, "_exit", none)
        .flatMap(
            end ->
                call("__cxa_atexit", atExit, "fflush", none, none)
                    .map(flush -> MethodHandles.foldArguments(flush, end)));
  }

  private static Optional<MethodHandle> call(
      String function, FunctionDescriptor type, String handler, Object... arguments) {
    Linker linker = Linker.nativeLinker();
    return linker
        .defaultLookup()
        .find(function)
        .flatMap(
            address ->
                linker
                    .defaultLookup()
                    .find(handler)
                    .map(
                        called ->
                            MethodHandles.insertArguments(
                                    linker.downcallHandle(address, type).bindTo(called),
                                    0,
                                    arguments)
                                .asType(MethodType.methodType(void.class))));
  }
}
