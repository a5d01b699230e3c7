package io.nextscale.libtorch;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/** Main program of the JVMs that {@link NativeCacheTest} and {@link LibTorchLoadTest} start. */
final class Loading {
  private Loading() {}

  /** Reads a variable as native code does; Java has a copy of the start. */
  private static String environment(String name) {
    Linker linker = Linker.nativeLinker();
    MethodHandle getenv =
        linker.downcallHandle(
            linker.defaultLookup().find("getenv").orElseThrow(),
            FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.ADDRESS));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment value = (MemorySegment) getenv.invokeExact(arena.allocateFrom(name));
      return value.address() == 0 ? "-" : value.reinterpret(Long.MAX_VALUE).getString(0);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /**
   * Unpacks ({@code unpack}), makes the settings ({@code settings}) or loads ({@code load}).
   *
   * @param arguments the action
   */
  public static void main(String[] arguments) {
    try {
      if (arguments[0].equals("unpack")) {
        Path folder = NativeCache.forCurrentUser().unpack(Platform.current());
        System.out.println("UNPACKED " + folder);
      } else if (arguments[0].equals("settings")) {
        ProcessSettings.applyBeforeLoading();
        System.out.println(
            "GOMP_SPINCOUNT="
                + environment("GOMP_SPINCOUNT")
                + " OPENBLAS_NUM_THREADS="
                + environment("OPENBLAS_NUM_THREADS")
                + " THP_MEM_ALLOC_ENABLE="
                + environment("THP_MEM_ALLOC_ENABLE")
                + " made "
                + ProcessSettings.made());
      } else {
        LibTorch library = LibTorch.load();
        System.out.println("LOADED " + library.version() + " from " + library.directory());
      }
    } catch (LibTorchLoadException | NativeLibraryException e) {
      System.out.println("REFUSED " + e.getClass().getSimpleName() + ": " + e.getMessage());
    }
  }
}
