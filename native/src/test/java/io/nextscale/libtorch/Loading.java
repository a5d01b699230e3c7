package io.nextscale.libtorch;

import java.io.File;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Main program of the JVMs that {@link NativeCacheTest} and {@link LibTorchLoadTest} start. */
public final class Loading {
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

  /** Loads libtorch through a class loader of its own, as another application of a server. */
  private static void loadElsewhere() throws Exception {
    List<URL> classPath = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      classPath.add(Path.of(entry).toUri().toURL());
    }
    try (URLClassLoader loader =
        new URLClassLoader(classPath.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
      Class<?> type = loader.loadClass(Loading.class.getName());
      type.getMethod("main", String[].class).invoke(null, (Object) new String[] {"load"});
    }
  }

  /**
   * Unpacks ({@code unpack}), makes the settings ({@code settings}), or loads once ({@code load}),
   * twice ({@code twice}) or twice with another folder for the second ({@code twice FOLDER}).
   *
   * @param arguments the action
   */
  public static void main(String[] arguments) throws Exception {
    try {
      if (arguments[0].equals("unpack")) {
        Path folder = NativeCache.forCurrentUser().unpack(Platform.current()).folder();
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
      } else if (arguments[0].equals("twice")) {
        main(new String[] {"load"});
        if (arguments.length > 1) {
          System.setProperty(LibTorch.DIRECTORY_PROPERTY, arguments[1]);
        }
        loadElsewhere();
      } else {
        LibTorch library = LibTorch.load();
        System.out.println(
            "LOADED "
                + library.version()
                + " from "
                + library.directory()
                + ", "
                + library.origin());
        library.limitations().forEach(loss -> System.out.println("LOSS " + loss));
      }
    } catch (NativeLibraryException e) {
      System.out.println("REFUSED " + e.getMessage() + ". Remedy: " + e.remedy().orElse("-"));
    } catch (LibTorchLoadException e) {
      System.out.println("REFUSED " + e.getClass().getSimpleName() + ": " + e.getMessage());
    }
  }
}
