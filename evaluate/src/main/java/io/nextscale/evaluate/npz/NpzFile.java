package io.nextscale.evaluate.npz;

import io.nextscale.evaluate.error.EvaluationException;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * An open {@code .npz} file, stored or deflated, as {@code numpy.savez} and {@code
 * savez_compressed} write it. Arrays of Python objects are refused: nothing in a file is executed.
 */
public final class NpzFile implements AutoCloseable {
  private static final int MAX_ENTRIES = 1000;
  private static final String SUFFIX = ".npy";

  private final Path path;
  private final ZipFile zip;
  private final Map<String, ZipEntry> entries = new LinkedHashMap<>();

  private NpzFile(Path path, ZipFile zip) {
    this.path = path;
    this.zip = zip;
    zip.stream()
        .filter(entry -> entry.getName().endsWith(SUFFIX))
        .forEach(
            entry -> {
              String name = entry.getName();
              entries.put(name.substring(0, name.length() - SUFFIX.length()), entry);
            });
  }

  /**
   * Opens a file and reads the list of its arrays.
   *
   * @throws EvaluationException if it is missing, truncated or no zip archive
   */
  public static NpzFile open(Path path) {
    if (!Files.isRegularFile(path)) {
      throw new EvaluationException(path, null, "there is no such file");
    }
    if (path.getFileSystem() != FileSystems.getDefault()) { // Java opens no zip archive of another
      throw new EvaluationException(path, null, "expected a file on disk, not in an archive");
    }
    try {
      ZipFile zip = new ZipFile(path.toFile());
      if (zip.size() > MAX_ENTRIES) {
        zip.close();
        throw new EvaluationException(
            path, null, "it has %s entries: expected an npz file".formatted(zip.size()));
      }
      return new NpzFile(path, zip);
    } catch (IOException e) {
      throw new EvaluationException(
          path, null, "cannot be read as npz, truncated or no zip archive: " + e.getMessage(), e);
    }
  }

  /** The file. */
  public Path path() {
    return path;
  }

  /** Names of the arrays, in the order of the file. */
  public Set<String> names() {
    return Collections.unmodifiableSet(entries.keySet());
  }

  /**
   * Opens an array.
   *
   * @throws EvaluationException if there is none of this name, or it is not one of numbers that are
   *     read, or its size is not that of its shape
   */
  public NpyStream array(String name) {
    ZipEntry entry = entries.get(name);
    if (entry == null) {
      throw new EvaluationException(
          path, null, "no array '%s': it has %s".formatted(name, names()));
    }
    try {
      return NpyStream.open(path, name, entry, zip.getInputStream(entry));
    } catch (IOException e) {
      throw new EvaluationException(path, name, "cannot be read: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    try {
      zip.close();
    } catch (IOException e) {
      throw new EvaluationException(path, null, "cannot be closed: " + e.getMessage(), e);
    }
  }
}
