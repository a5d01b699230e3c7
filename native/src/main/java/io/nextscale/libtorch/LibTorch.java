package io.nextscale.libtorch;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The libtorch of this process, found and loaded once as plain shared libraries. Class loaders,
 * such as those of several web applications, share it; each has an object of this class.
 *
 * <p>The places are searched in this order. The first one that is <em>set</em> decides; after an
 * error there the next is not tried:
 *
 * <ol>
 *   <li>the system property {@value #DIRECTORY_PROPERTY}: a folder with libtorch (or its {@code
 *       lib});
 *   <li>the environment variable {@value #DIRECTORY_VARIABLE}: likewise;
 *   <li>this process: a libtorch that another class loader or another library has loaded (Linux);
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

  // one object for all class loaders, as the libraries are: two of them may load at once
  private static final Object PROCESS = "io.nextscale.libtorch.LibTorch".intern();

  private static @Nullable LibTorch loaded;

  private final ThreadDefault threads = ThreadDefault.ofProcess();
  private final String origin;
  private final Path directory;
  private final SharedLibraries libraries;
  private final LibTorchVersion version;
  private final @Nullable String cudaProblem;

  private LibTorch(
      String origin,
      Path directory,
      SharedLibraries libraries,
      LibTorchVersion version,
      @Nullable String cudaProblem) {
    this.origin = origin;
    this.directory = directory;
    this.libraries = libraries;
    this.version = version;
    this.cudaProblem = cudaProblem;
  }

  /**
   * Loads libtorch into this process; later calls return the same.
   *
   * @throws LibTorchLoadException if it is not found or not loaded, or the JVM denies native
   *     access; the message names every place that was tried, the reasons and the remedy
   */
  public static LibTorch load() {
    synchronized (PROCESS) {
      LibTorch existing = loaded;
      if (existing == null) {
        requireNativeAccess();
        existing =
            search(System.getProperty(DIRECTORY_PROPERTY), System.getenv(DIRECTORY_VARIABLE));
        loaded = existing;
      }
      return existing;
    }
  }

  /** Asks the JVM with a call that changes nothing. */
  private static void requireNativeAccess() {
    try {
      MemorySegment.NULL.reinterpret(0);
    } catch (IllegalCallerException e) {
      throw NativeAccess.denied(LibTorch.class.getModule(), e);
    }
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
      place = "loaded in this process already";
      Optional<Path> present = SharedLibraries.ofProcess(platform.core().getLast());
      if (present.isPresent()) {
        return open(place, folder(present.get()), platform);
      }
      place = "class path";
      return openUnpacked(place, NativeCache.forCurrentUser().unpack(platform), platform);
    } catch (NativeLibraryException e) {
      tried.add(place + ": " + e.getMessage());
      throw new LibTorchLoadException(tried, e);
    }
  }

  private static Path userFolder(String name, Platform platform) {
    Path folder = NativeCache.path(name).toAbsolutePath().normalize();
    String last = platform.core().getLast();
    for (Path candidate : List.of(folder, folder.resolve("lib"))) {
      if (Files.isRegularFile(candidate.resolve(last))) {
        return candidate;
      }
    }
    throw new NativeLibraryException("no %s in %s or its lib folder".formatted(last, folder));
  }

  private static Path folder(Path file) {
    return Objects.requireNonNull(file.toAbsolutePath().getParent());
  }

  private static LibTorch open(String origin, Path folder, Platform platform) {
    requireNoOther(folder, platform);
    return describe(origin, folder, platform, openCore(folder, platform));
  }

  private static LibTorch openUnpacked(
      String origin, NativeCache.Unpacked unpacked, Platform platform) {
    requireNoOther(unpacked.folder(), platform);
    SharedLibraries libraries;
    try {
      libraries = openCore(unpacked.folder(), platform);
    } catch (NativeLibraryException e) {
      throw unpacked.refused(e);
    }
    return describe(origin, unpacked.folder(), platform, libraries);
  }

  private static SharedLibraries openCore(Path folder, Platform platform) {
    ProcessSettings.applyBeforeLoading();
    SharedLibraries libraries = new SharedLibraries();
    for (String name : platform.support()) {
      if (Files.isRegularFile(folder.resolve(name))) {
        libraries.open(folder.resolve(name));
      }
    }
    for (String name : platform.core()) {
      libraries.open(folder.resolve(name));
    }
    return libraries;
  }

  private static LibTorch describe(
      String origin, Path folder, Platform platform, SharedLibraries libraries) {
    LibTorchVersion version = checkedVersion(folder, libraries.symbols());
    LibrarySettings.apply(libraries.symbols());
    String cudaProblem = null;
    try {
      for (String name : platform.cuda()) {
        if (Files.isRegularFile(folder.resolve(name))) {
          libraries.open(folder.resolve(name));
        } else {
          cudaProblem = "this libtorch has no " + name;
        }
      }
    } catch (NativeLibraryException e) {
      cudaProblem = String.valueOf(e.getMessage());
    }
    ProcessSettings.applyAfterLoading();
    return new LibTorch(origin, folder, libraries, version, cudaProblem);
  }

  /**
   * Refuses a folder if the process has loaded another libtorch: the system's loader would mix the
   * libraries of both, since they have the same names.
   */
  private static void requireNoOther(Path folder, Platform platform) {
    for (String name : platform.core()) {
      Optional<Path> present = SharedLibraries.ofProcess(name);
      if (present.isPresent() && !isSame(present.get(), folder.resolve(name))) {
        throw new NativeLibraryException(
            "this process has loaded another libtorch, %s: a process can have one"
                .formatted(present.get()),
            "give all applications of this process one libtorch: let them find the same folder, or"
                + " start it anew with -D%s=FOLDER".formatted(DIRECTORY_PROPERTY),
            null);
      }
    }
  }

  private static boolean isSame(Path present, Path file) {
    try {
      return Files.isSameFile(present, file);
    } catch (IOException e) {
      return false; // deleted since
    }
  }

  private static LibTorchVersion checkedVersion(Path folder, SymbolLookup symbols) {
    Optional<MemorySegment> symbol = symbols.find("aoti_torch_abi_version");
    String oldest = LibTorchVersion.OLDEST.release();
    if (symbol.isEmpty()) {
      throw new NativeLibraryException(folder + " holds a libtorch older than " + oldest);
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
    LibTorchVersion version = LibTorchVersion.decode(encoded);
    if (!version.isAtLeast(LibTorchVersion.OLDEST)) {
      throw new NativeLibraryException(
          "%s holds libtorch %s: expected %s or newer".formatted(folder, version, oldest));
    }
    List<String> missing = AbiFunctions.missing(version, name -> symbols.find(name).isPresent());
    if (!missing.isEmpty()) {
      throw new NativeLibraryException(
          "%s holds a libtorch that calls itself %s and lacks %s, which such a version has"
              .formatted(folder, version, String.join(", ", missing)));
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
    return List.copyOf(libraries.files());
  }

  /** Finds symbols of libtorch and of the libraries that it needs. */
  public SymbolLookup symbols() {
    return libraries.symbols();
  }

  /** Version of the loaded libtorch. */
  public LibTorchVersion version() {
    return version;
  }

  /** The number of threads that operators may use unless the program sets another one. */
  public ThreadDefault threads() {
    return threads;
  }

  /**
   * Losses with this libtorch, one sentence each: functions that its version or its build lacks.
   * Empty for one that has everything.
   */
  public List<String> limitations() {
    return AbiFunctions.limitations(version, name -> symbols().find(name).isPresent());
  }

  /**
   * Lets libtorch's own operators compute without oneDNN, in the whole process.
   *
   * @return false if this libtorch has no such function: it still uses oneDNN then
   */
  public boolean disableOneDnn() {
    return LibrarySettings.disableOneDnn(symbols());
  }

  /** Reason why CUDA cannot be used; empty if libtorch's CUDA libraries were loaded. */
  public Optional<String> cudaProblem() {
    return Optional.ofNullable(cudaProblem);
  }
}
