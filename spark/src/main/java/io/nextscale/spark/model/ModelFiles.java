package io.nextscale.spark.model;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.SparkFiles;

/** The files of a model on the machine of a task. */
final class ModelFiles {
  private static final String ADDRESS = "[a-zA-Z][a-zA-Z0-9+.-]+://?.*";

  private ModelFiles() {}

  static boolean isAddress(String source) {
    return source.matches(ADDRESS);
  }

  /** The folder or file that a source names on this machine, if it names one. */
  static Optional<Path> path(String source) {
    if (source.startsWith(ModelDescription.DEMO)
        || source.startsWith(ModelDescription.RANDOM)
        || isAddress(source)) {
      return Optional.empty();
    }
    if (source.startsWith(ModelDescription.FILES)) {
      return Optional.of(
          Path.of(SparkFiles.get(source.substring(ModelDescription.FILES.length()))));
    }
    return Optional.of(Path.of(source));
  }

  /** The files of a folder, without folders below, in the order of their names; or the file. */
  static List<Path> list(Path path) {
    if (!Files.isDirectory(path)) {
      return List.of(path);
    }
    try (Stream<Path> files = Files.list(path)) {
      return files
          .filter(file -> !file.getFileName().toString().startsWith("."))
          .filter(Files::isRegularFile)
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Bytes of all files; 0 if there are none. */
  static long bytes(Path path) {
    try {
      long sum = 0;
      for (Path file : list(path)) {
        sum += Files.exists(file) ? Files.size(file) : 0;
      }
      return sum;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
