package io.nextscale.libtorch;

import java.nio.file.Path;

/** Main program of the JVMs that {@link NativeCacheTest} and {@link LibTorchLoadTest} start. */
final class Loading {
  private Loading() {}

  /**
   * Unpacks ({@code unpack}) or loads ({@code load}).
   *
   * @param arguments what to do
   */
  public static void main(String[] arguments) {
    try {
      if (arguments[0].equals("unpack")) {
        Path folder = NativeCache.forCurrentUser().unpack(Platform.current());
        System.out.println("UNPACKED " + folder);
      } else {
        LibTorch library = LibTorch.load();
        System.out.println("LOADED " + library.version() + " from " + library.directory());
      }
    } catch (LibTorchLoadException | NativeLibraryException e) {
      System.out.println("REFUSED " + e.getClass().getSimpleName() + ": " + e.getMessage());
    }
  }
}
