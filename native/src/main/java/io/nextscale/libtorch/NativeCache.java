package io.nextscale.libtorch;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The per-user folder into which shared libraries are unpacked from the class path, once.
 *
 * <p>A set of libraries lives in a folder named after its contents (names, sizes and checksums), so
 * that versions never mix. It is filled under a file lock in a temporary folder and renamed when
 * complete: several JVMs that start together are safe, and an interrupted start leaves nothing that
 * a later one would use. A folder that is complete is only read: it may belong to another user, or
 * lie on a file system that cannot be written, as in a container image.
 *
 * <p>The root is the system property {@value #ROOT_PROPERTY}, else the environment variable {@value
 * #ROOT_VARIABLE}, else the operating system's cache folder of the user.
 */
final class NativeCache {
  static final String ROOT_PROPERTY = "nextscale.cache";
  static final String ROOT_VARIABLE = "NEXTSCALE_CACHE";

  private final Path root;

  NativeCache(Path root) {
    this.root = root;
  }

  static NativeCache forCurrentUser() {
    String property = System.getProperty(ROOT_PROPERTY);
    String chosen = property != null ? property : System.getenv(ROOT_VARIABLE);
    if (chosen != null && !chosen.isBlank()) {
      return new NativeCache(path(chosen).toAbsolutePath());
    }
    String xdg = System.getenv("XDG_CACHE_HOME");
    if (xdg != null && path(xdg).isAbsolute()) { // a relative one is to be ignored
      return new NativeCache(path(xdg).resolve("nextscale"));
    }
    boolean mac = System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("mac");
    Path caches = home().resolve(mac ? "Library/Caches" : ".cache");
    return new NativeCache(caches.resolve("nextscale"));
  }

  /** The user's home folder; the JVM calls it "?" if the system does not know the user. */
  private static Path home() {
    Path home = path(System.getProperty("user.home", ""));
    if (!home.isAbsolute()) {
      throw new NativeLibraryException(
          "this user has no home folder to unpack libraries to (user.home is \"%s\")"
              .formatted(home),
          remedy(""),
          null);
    }
    return home;
  }

  /**
   * Reads a path of the environment.
   *
   * @throws NativeLibraryException if the JVM cannot name it to the system
   */
  static Path path(String name) {
    try {
      return Path.of(name);
    } catch (InvalidPathException e) {
      throw new NativeLibraryException(
          "the path \"%s\" cannot be written in this locale's encoding, %s"
              .formatted(name, System.getProperty("sun.jnu.encoding")),
          "set LC_ALL=C.UTF-8",
          e);
    }
  }

  /** A folder of the user's choice helps wherever the present one cannot be used. */
  private static String remedy(String need) {
    return "name a folder%s with the environment variable %s or with -D%s=FOLDER"
        .formatted(need, ROOT_VARIABLE, ROOT_PROPERTY);
  }

  /**
   * The libraries in the cache.
   *
   * @param folder their folder
   * @param bytes sum of their sizes
   * @param isNew whether this call unpacked them
   */
  record Unpacked(Path folder, long bytes, boolean isNew) {
    /**
     * Turns the system's refusal to open them into an exception with a remedy; deletes them if they
     * are new, since they are of no use here.
     */
    NativeLibraryException refused(NativeLibraryException refusal) {
      String message = String.valueOf(refusal.getMessage());
      if (isNew) {
        try {
          remove(folder);
        } catch (IOException e) {
          message += "; %s is left: %s".formatted(folder, e);
        }
      }
      return new NativeLibraryException(
          message,
          "if the file system of %s allows no programs (noexec), %s"
              .formatted(folder, remedy(" with %s MB elsewhere".formatted(megabytes(bytes)))),
          refusal);
    }
  }

  private static long megabytes(long bytes) {
    return (bytes >> 20) + 1;
  }

  /** A library on the class path. */
  private record Source(String name, URL url, long size, long checksum) {}

  /** Returns the folder of the platform's libraries; unpacks them from the class path if needed. */
  Unpacked unpack(Platform platform) {
    List<Source> sources = find(platform);
    Path target = root.resolve("libtorch-" + contentKey(sources));
    long bytes = sources.stream().mapToLong(Source::size).sum();
    try {
      boolean filled = !isComplete(target, sources) && fillUnderLock(target, sources, bytes);
      return new Unpacked(target, bytes, filled);
    } catch (IOException e) {
      throw new NativeLibraryException(
          "cannot unpack %s MB of libraries to %s: %s".formatted(megabytes(bytes), target, e),
          remedy(" that you may write, with %s MB free,".formatted(megabytes(bytes))),
          e);
    }
  }

  private static List<Source> find(Platform platform) {
    List<String> missing = new ArrayList<>();
    List<Source> sources = new ArrayList<>();
    List<String> names = new ArrayList<>(platform.support());
    names.addAll(platform.core());
    names.addAll(platform.cuda());
    for (String name : names) {
      Source source = source(name, platform);
      if (source != null) {
        sources.add(source);
      } else if (platform.core().contains(name)) {
        missing.add(platform.resourceFolders().getLast() + name);
      }
    }
    if (!missing.isEmpty()) {
      throw new NativeLibraryException("no resource " + String.join(", ", missing));
    }
    return sources;
  }

  private static @Nullable Source source(String name, Platform platform) {
    List<String> folders = new ArrayList<>(platform.resourceFolders());
    folders.add(platform.openblasResourceFolder());
    for (String folder : folders) {
      URL url = NativeCache.class.getClassLoader().getResource(folder + name);
      if (url == null) {
        continue;
      }
      try {
        URLConnection connection = url.openConnection();
        connection.setUseCaches(false);
        if (connection instanceof JarURLConnection jar) {
          try (var file = jar.getJarFile()) {
            return new Source(name, url, jar.getJarEntry().getSize(), jar.getJarEntry().getCrc());
          }
        }
        return new Source(
            name, url, connection.getContentLengthLong(), connection.getLastModified());
      } catch (IOException e) {
        throw new NativeLibraryException("cannot read " + url + ": " + e, e);
      }
    }
    return null;
  }

  private static String contentKey(List<Source> sources) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (Source source : sources) {
        String line = source.name + ' ' + source.size + ' ' + source.checksum + '\n';
        digest.update(line.getBytes(StandardCharsets.UTF_8));
      }
      return HexFormat.of().formatHex(digest.digest(), 0, 12);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  private static boolean isComplete(Path folder, List<Source> sources) throws IOException {
    for (Source source : sources) {
      Path file = folder.resolve(source.name);
      if (!Files.isRegularFile(file) || Files.size(file) != source.size) {
        return false;
      }
    }
    return true;
  }

  /** Returns whether this process filled it. */
  private boolean fillUnderLock(Path target, List<Source> sources, long bytes) throws IOException {
    Files.createDirectories(root);
    Path lockFile = root.resolve(target.getFileName() + ".lock");
    // the lock is the operating system's: it is released even when this JVM is killed
    try (FileChannel channel =
            FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      if (!lock.isValid() || isComplete(target, sources)) {
        return false;
      }
      removeLeftovers(target.getFileName() + ".part*");
      remove(target);
      // 0 also if it is not known; a FileStore is not found below a root without an entry in the
      // system's table of mounts, as in a chroot
      long free = root.toFile().getUsableSpace();
      if (free > 0 && free < bytes) {
        throw new IOException("only %s MB are free".formatted(free >> 20));
      }
      Path part = root.resolve(target.getFileName() + ".part");
      try {
        copy(sources, part);
        Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        remove(part);
      }
      return true;
    }
  }

  /** Copies libraries from the class path to a new folder, which other users may read. */
  private static void copy(List<Source> sources, Path part) throws IOException {
    Files.createDirectory(part);
    for (Source source : sources) {
      URLConnection connection = source.url.openConnection();
      connection.setUseCaches(false);
      try (InputStream in = connection.getInputStream();
          FileChannel out =
              FileChannel.open(
                  part.resolve(source.name),
                  StandardOpenOption.CREATE_NEW,
                  StandardOpenOption.WRITE)) {
        in.transferTo(Channels.newOutputStream(out));
        out.force(true); // the folder's new name must not outlive a power failure without them
      }
    }
    if (!isComplete(part, sources)) {
      throw new IOException("the unpacked files differ in size from those on the class path");
    }
  }

  private void removeLeftovers(String pattern) throws IOException {
    try (DirectoryStream<Path> leftovers = Files.newDirectoryStream(root, pattern)) {
      for (Path leftover : leftovers) {
        remove(leftover);
      }
    }
  }

  /** Deletes a folder and its files, if it exists; of a link, the link alone. */
  private static void remove(Path folder) throws IOException {
    if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
