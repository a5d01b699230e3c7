package io.nextscale.libtorch;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Shared libraries that the system's loader opens. It opens a file once for the whole process, so
 * class loaders share it, and it stays until the process ends; {@code System.load} gives a library
 * to one class loader alone.
 */
final class SharedLibraries {
  private static final Path MAPPINGS = Path.of("/proc/self/maps");
  private static final int PATH_COLUMN = 5; // after address, access, offset, device and inode
  private static final int LAZY = 1; // RTLD_LAZY of dlfcn.h, as the JVM opens libraries

  private final List<Path> files = new ArrayList<>();
  private SymbolLookup symbols = name -> Optional.empty();

  /**
   * Opens a library; its symbols are found before those of libraries that were opened earlier.
   *
   * @throws NativeLibraryException with the loader's reason
   */
  void open(Path file) {
    try {
      symbols = SymbolLookup.libraryLookup(file, Arena.global()).or(symbols);
    } catch (IllegalArgumentException e) {
      throw new NativeLibraryException(reason(file), e);
    }
    files.add(file);
  }

  /** The opened files, in this order. */
  List<Path> files() {
    return files;
  }

  /** Finds symbols of the opened libraries and of those that they need. */
  SymbolLookup symbols() {
    return symbols;
  }

  /**
   * Returns the file of a library that this process has loaded, whoever loaded it, by its name
   * without folders. A file that was deleted since keeps its name. Empty if there is none, or where
   * the system has no /proc.
   */
  static Optional<Path> ofProcess(String name) {
    if (!Files.isReadable(MAPPINGS)) {
      return Optional.empty();
    }
    try {
      for (String line : Files.readString(MAPPINGS, StandardCharsets.ISO_8859_1).split("\n")) {
        String[] columns = line.split(" +", PATH_COLUMN + 1);
        if (columns.length > PATH_COLUMN && columns[PATH_COLUMN].contains("/" + name)) {
          byte[] bytes = columns[PATH_COLUMN].getBytes(StandardCharsets.ISO_8859_1);
          Path file = Path.of(new String(bytes, StandardCharsets.UTF_8).replace(" (deleted)", ""));
          if (file.getFileName().toString().equals(name)) {
            return Optional.of(file);
          }
        }
      }
      return Optional.empty();
    } catch (IOException e) {
      throw new NativeLibraryException("cannot read " + MAPPINGS + ": " + e, e);
    }
  }

  /** Asks the loader itself: the JVM does not pass its reason on. */
  private static String reason(Path file) {
    Linker linker = Linker.nativeLinker();
    Optional<MemorySegment> dlopen = linker.defaultLookup().find("dlopen");
    Optional<MemorySegment> dlerror = linker.defaultLookup().find("dlerror");
    if (dlopen.isPresent() && dlerror.isPresent()) {
      MethodHandle open =
          linker.downcallHandle(
              dlopen.get(),
              FunctionDescriptor.of(
                  ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
      MethodHandle error =
          linker.downcallHandle(dlerror.get(), FunctionDescriptor.of(ValueLayout.ADDRESS));
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment library =
            (MemorySegment) open.invokeExact(arena.allocateFrom(file.toString()), LAZY);
        MemorySegment text = (MemorySegment) error.invokeExact();
        if (library.address() == 0 && text.address() != 0) {
          return text.reinterpret(Long.MAX_VALUE).getString(0);
        }
      } catch (Throwable e) {
        throw new AssertionError("dlopen and dlerror do not throw", e);
      }
    }
    return "the system cannot open " + file;
  }
}
