package io.nextscale.var.file;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Files that are being written. Whoever writes one holds a lock on it, which ends with the process:
 * those without a lock are the leftovers of killed processes.
 */
public final class TemporaryFiles {
  private static final String PREFIX = ".nextscale-";
  private static final String SUFFIX = ".tmp";
  private static final int MOST_FOLDERS = 256;

  // a file gets its lock a moment after it was created
  private static final long YOUNGEST_MILLIS = 2000;

  // closing any channel of a file ends all locks of the process on it: own files are not opened
  private static final Set<Path> OWN = ConcurrentHashMap.newKeySet();

  // listing a folder before each write would take long where it has many files
  private static final Set<Path> CLEANED =
      Collections.synchronizedSet(
          Collections.newSetFromMap(
              new LinkedHashMap<>() {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<Path, Boolean> eldest) {
                  return size() > MOST_FOLDERS;
                }
              }));

  private TemporaryFiles() {}

  /**
   * A file that is being written; closing it deletes it unless it was renamed.
   *
   * @param lock none where the file system has no locks
   */
  record Held(Path path, FileChannel channel, @Nullable FileLock lock) implements AutoCloseable {
    @Override
    public void close() throws IOException {
      try {
        channel.close();
      } finally {
        deleteQuietly(path);
        OWN.remove(path);
      }
    }
  }

  /** Creates a file beside another one. Its name is ASCII, whatever the other's is. */
  static Held create(Path beside) throws IOException {
    Path path = beside.resolveSibling(PREFIX + UUID.randomUUID() + SUFFIX);
    OWN.add(path);
    try {
      FileChannel channel =
          FileChannel.open(
              path,
              StandardOpenOption.CREATE_NEW,
              StandardOpenOption.WRITE,
              StandardOpenOption.READ);
      return new Held(path, channel, tryLock(channel));
    } catch (IOException e) {
      OWN.remove(path);
      throw e;
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) {
    try {
      return channel.tryLock();
    } catch (IOException e) {
      return null; // without locks nothing is cleaned either
    }
  }

  /** Deletes the leftovers in a file's folder before the first write to it. */
  static void clean(Path file) {
    Path folder = file.getParent();
    if (folder != null && CLEANED.add(folder)) {
      deleteLeftovers(folder);
    }
  }

  /**
   * Deletes the leftovers of killed processes in a folder and all folders in it. Files that cannot
   * be read or deleted stay.
   */
  public static void cleanAll(Path folder) {
    try (Stream<Path> all = Files.walk(folder)) {
      all.filter(path -> Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS))
          .toList()
          .forEach(TemporaryFiles::deleteLeftovers);
    } catch (IOException | UncheckedIOException e) {
      return; // the write itself reports what is wrong with the folder
    }
  }

  private static void deleteLeftovers(Path folder) {
    try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, PREFIX + "*" + SUFFIX)) {
      for (Path path : found) {
        if (!OWN.contains(path) && isAbandoned(path)) {
          deleteQuietly(path);
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      return; // the write itself reports what is wrong with the folder
    }
  }

  private static boolean isAbandoned(Path path) throws IOException {
    if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    long age = System.currentTimeMillis() - Files.getLastModifiedTime(path).toMillis();
    if (age < YOUNGEST_MILLIS) {
      return false;
    }
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false; // written by this process, under another name of the folder
    } catch (IOException e) {
      return false; // gone meanwhile, another user's, or a file system without locks
    }
  }

  private static void deleteQuietly(Path path) {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      return;
    }
  }
}
