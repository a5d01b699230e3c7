package io.nextscale.libtorch;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The libtorch of this process, found and loaded once as plain shared libraries.
 *
 * <p>The places are searched in this order. The first one that is <em>set</em> decides; after an
 * error there the next is not tried:
 *
 * <ol>
 *   <li>the system property {@value #DIRECTORY_PROPERTY}: a folder with libtorch (or its {@code
 *       lib});
 *   <li>the environment variable {@value #DIRECTORY_VARIABLE}: likewise;
 *   <li>the class path: the artifacts {@code org.bytedeco:pytorch} and {@code
 *       org.bytedeco:openblas} with this platform's classifier, unpacked once into a per-user cache
 *       ({@link NativeCache}).
 * </ol>
 */
public final class LibTorch {
  /** System property that names a folder with the user's own libtorch. */
  public static final String DIRECTORY_PROPERTY = "nextscale.libtorch";

  /** Environment variable that names a folder with the user's own libtorch. */
  public static final String DIRECTORY_VARIABLE = "NEXTSCALE_LIBTORCH";

  private static final int REQUIRED_MAJOR = 2;
  private static final int REQUIRED_MINOR = 13;

  private static @Nullable LibTorch loaded;

  private final ThreadDefault threads = ThreadDefault.ofProcess();
  private final String origin;
  private final Path directory;
  private final List<Path> libraries;
  private final String version;
  private final @Nullable String cudaProblem;

  private LibTorch(
      String origin,
      Path directory,
      List<Path> libraries,
      String version,
      @Nullable String cudaProblem) {
    this.origin = origin;
    this.directory = directory;
    this.libraries = List.copyOf(libraries);
    this.version = version;
    this.cudaProblem = cudaProblem;
  }

  /**
   * Loads libtorch into this process; later calls return the same.
   *
   * @throws LibTorchLoadException if it is not found or not loaded; the message names every place
   *     that was tried, the reasons and the remedy
   */
  public static synchronized LibTorch load() {
    LibTorch existing = loaded;
    if (existing == null) {
      existing = search(System.getProperty(DIRECTORY_PROPERTY), System.getenv(DIRECTORY_VARIABLE));
      loaded = existing;
    }
    return existing;
  }

  private static LibTorch search(@Nullable String property, @Nullable String variable) {
    Platform platform = Platform.current();
    List<String> tried = new ArrayList<>();
    String place = "system property " + DIRECTORY_PROPERTY;
    try {
      if (property != null) {
        place += "=" + property;
        return open(place, userFolder(property, platform), platform);
      }
      tried.add(place + ": not set");
      place = "environment variable " + DIRECTORY_VARIABLE;
      if (variable != null && !variable.isBlank()) {
        place += "=" + variable;
        return open(place, userFolder(variable, platform), platform);
      }
      tried.add(place + ": not set");
      place = "class path";
      return open(place, NativeCache.forCurrentUser().unpack(platform), platform);
    } catch (NativeLibraryException | UnsatisfiedLinkError e) {
      tried.add(place + ": " + e.getMessage());
      throw new LibTorchLoadException(tried, e);
    }
  }

  private static Path userFolder(String name, Platform platform) {
    Path folder = Path.of(name).toAbsolutePath().normalize();
    String last = platform.core().getLast();
    for (Path candidate : List.of(folder, folder.resolve("lib"))) {
      if (Files.isRegularFile(candidate.resolve(last))) {
        return candidate;
      }
    }
    throw new NativeLibraryException("no %s in %s or its lib folder".formatted(last, folder));
  }

  private static LibTorch open(String origin, Path folder, Platform platform) {
    ProcessSettings.applyBeforeLoading();
    List<Path> opened = new ArrayList<>();
    for (String name : platform.support()) {
      if (Files.isRegularFile(folder.resolve(name))) {
        opened.add(openLibrary(folder.resolve(name)));
      }
    }
    for (String name : platform.core()) {
      opened.add(openLibrary(folder.resolve(name)));
    }
    String version = checkedVersion(folder);
    LibrarySettings.apply(SymbolLookup.loaderLookup());
    String cudaProblem = null;
    try {
      for (String name : platform.cuda()) {
        if (Files.isRegularFile(folder.resolve(name))) {
          opened.add(openLibrary(folder.resolve(name)));
        } else {
          cudaProblem = "this libtorch has no " + name;
        }
      }
    } catch (UnsatisfiedLinkError e) {
      cudaProblem = String.valueOf(e.getMessage());
    }
    return new LibTorch(origin, folder, opened, version, cudaProblem);
  }

  private static Path openLibrary(Path file) {
    System.load(file.toString());
    return file;
  }

  private static String checkedVersion(Path folder) {
    Optional<MemorySegment> symbol = SymbolLookup.loaderLookup().find("aoti_torch_abi_version");
    String required = REQUIRED_MAJOR + "." + REQUIRED_MINOR;
    if (symbol.isEmpty()) {
      throw new NativeLibraryException(folder + " holds a libtorch older than " + required);
    }
    long encoded;
    try {
      encoded =
          (long)
              Linker.nativeLinker()
                  .downcallHandle(symbol.get(), FunctionDescriptor.of(ValueLayout.JAVA_LONG))
                  .invokeExact();
    } catch (Throwable e) {
      throw new AssertionError("aoti_torch_abi_version does not throw", e);
    }
    int major = (int) (encoded >>> 56);
    int minor = (int) (encoded >>> 48) & 0xff;
    String version = major + "." + minor + "." + ((encoded >>> 40) & 0xff);
    if (major < REQUIRED_MAJOR || (major == REQUIRED_MAJOR && minor < REQUIRED_MINOR)) {
      throw new NativeLibraryException(
          "%s holds libtorch %s: expected %s or newer".formatted(folder, version, required));
    }
    return version;
  }

  /** Origin of the libraries: the property, the variable or the class path. */
  public String origin() {
    return origin;
  }

  /** The folder of the loaded libraries. */
  public Path directory() {
    return directory;
  }

  /** The loaded files, in loading order. */
  public List<Path> libraries() {
    return libraries;
  }

  /** Version of the loaded libtorch, such as {@code 2.13.0}. */
  public String version() {
    return version;
  }

  /** The number of threads that operators may use unless the program sets another one. */
  public ThreadDefault threads() {
    return threads;
  }

  /** Reason why CUDA cannot be used; empty if libtorch's CUDA libraries were loaded. */
  public Optional<String> cudaProblem() {
    return Optional.ofNullable(cudaProblem);
  }
}
