package io.nextscale.libtorch;

/**
 * The JVM's permission for a module to call native code and to use native memory. Without any
 * option the JVM grants it and prints a warning; an option can deny it, and later JVMs will.
 */
public final class NativeAccess {
  /** The modules that need the permission, as the JVM's option takes them. */
  static final String MODULES = "io.nextscale.libtorch,io.nextscale.torch";

  private NativeAccess() {}

  /**
   * Turns the JVM's refusal into an exception that names the option.
   *
   * @param module the module that was refused
   * @param refusal the JVM's own exception
   */
  public static LibTorchLoadException denied(Module module, IllegalCallerException refusal) {
    return new LibTorchLoadException(
        module.isNamed()
            ? ("the JVM denies native access to module %s. Remedy: start it with"
                    + " --enable-native-access=%s (modules of several libraries in one list, with"
                    + " commas)")
                .formatted(module.getName(), MODULES)
            : "the JVM denies native access to the class path. Remedy: start it with"
                + " --enable-native-access=ALL-UNNAMED, or give the jar that java -jar starts the"
                + " manifest entry Enable-Native-Access: ALL-UNNAMED",
        refusal);
  }
}
