package io.nextscale.libtorch;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/**
 * Makes settings of libtorch itself. Right after it is loaded: it does not try NNPACK. A
 * convolution that oneDNN does not take asks for NNPACK, which prints a line to stderr each time on
 * a processor that it does not know. libtorch would use it only for batches of 16 and more, all of
 * which oneDNN takes, so results and speed stay the same. Where oneDNN is found to compute wrongly:
 * libtorch's operators do not use it either.
 *
 * <p>The stable ABI has no such function. These are C++ functions of plain arguments, under the
 * names that Linux and macOS give them; a libtorch without them stays as it is.
 */
final class LibrarySettings {
  private static final String CONTEXT = "_ZN2at13globalContextEv";
  private static final String SET_NNPACK = "_ZN2at7Context20setUserEnabledNNPACKEb";
  private static final String SET_ONEDNN = "_ZN2at7Context20setUserEnabledMkldnnEb";

  private LibrarySettings() {}

  /**
   * Makes the settings of every libtorch.
   *
   * @param symbols finds functions of the loaded libtorch
   * @return whether libtorch has the functions
   */
  static boolean apply(SymbolLookup symbols) {
    return disable(symbols, SET_NNPACK);
  }

  /** Lets operators compute without oneDNN; returns whether libtorch has the functions. */
  static boolean disableOneDnn(SymbolLookup symbols) {
    return disable(symbols, SET_ONEDNN);
  }

  private static boolean disable(SymbolLookup symbols, String setter) {
    Optional<MethodHandle> context =
        function(symbols, CONTEXT, FunctionDescriptor.of(ValueLayout.ADDRESS));
    Optional<MethodHandle> set =
        function(
            symbols,
            setter,
            FunctionDescriptor.ofVoid(ValueLayout.ADDRESS, ValueLayout.JAVA_BOOLEAN));
    if (context.isEmpty() || set.isEmpty()) {
      return false;
    }
    try {
      set.get().invokeExact((MemorySegment) context.get().invokeExact(), false);
      return true;
    } catch (Throwable e) {
      throw new AssertionError(setter + " does not throw", e);
    }
  }

  private static Optional<MethodHandle> function(
      SymbolLookup symbols, String name, FunctionDescriptor type) {
    return symbols.find(name).map(address -> Linker.nativeLinker().downcallHandle(address, type));
  }
}
