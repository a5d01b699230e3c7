package io.nextscale.libtorch;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
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
 * a later one would use.
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
      return new NativeCache(Path.of(chosen).toAbsolutePath());
    }
    Path home = Path.of(System.getProperty("user.home", "."));
    String xdg = System.getenv("XDG_CACHE_HOME");
    Path caches =
        xdg != null && !xdg.isBlank()
            ? Path.of(xdg)
            : System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("mac")
                ? home.resolve("Library/Caches")
                : home.resolve(".cache");
    return new NativeCache(caches.resolve("nextscale").toAbsolutePath());
  }

  /** A library on the class path. */
  private record Source(String name, URL url, long size, long checksum) {}

  /** Returns the folder of the platform's libraries; unpacks them from the class path if needed. */
  Path unpack(Platform platform) {
    List<Source> sources = find(platform);
    Path target = root.resolve("libtorch-" + contentKey(sources));
    try {
      if (!isComplete(target, sources)) {
        fillUnderLock(target, sources);
      }
      return target;
    } catch (IOException e) {
      long megabytes = sources.stream().mapToLong(Source::size).sum() >> 20;
      throw new NativeLibraryException(
          "cannot unpack %d MB of libraries to %s: %s".formatted(megabytes, target, e), e);
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

  private void fillUnderLock(Path target, List<Source> sources) throws IOException {
    Files.createDirectories(root);
    Path lockFile = root.resolve(target.getFileName() + ".lock");
    // the lock is the operating system's: it is released even when this JVM is killed
    try (FileChannel channel =
            FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      if (!lock.isValid() || isComplete(target, sources)) {
        return;
      }
      String prefix = target.getFileName() + ".part";
      removeAll(root, prefix);
      removeAll(root, target.getFileName().toString() + "/");
      Path part = Files.createTempDirectory(root, prefix);
      for (Source source : sources) {
        URLConnection connection = source.url.openConnection();
        connection.setUseCaches(false);
        try (InputStream in = connection.getInputStream()) {
          Files.copy(in, part.resolve(source.name));
        }
      }
      if (!isComplete(part, sources)) {
        throw new IOException("the unpacked files differ in size from those on the class path");
      }
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
    }
  }

  /**
   * Deletes the folders of {@code parent} whose names begin with a prefix, or are equal to it if it
   * ends in "/".
   */
  private static void removeAll(Path parent, String prefix) throws IOException {
    boolean whole = prefix.endsWith("/");
    String name = whole ? prefix.substring(0, prefix.length() - 1) : prefix + "*";
    try (DirectoryStream<Path> leftovers = Files.newDirectoryStream(parent, name)) {
      for (Path leftover : leftovers) {
        try (Stream<Path> files = Files.walk(leftover)) {
          for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
            Files.delete(file);
          }
        } catch (UncheckedIOException e) {
          throw e.getCause();
        }
      }
    }
  }
}
