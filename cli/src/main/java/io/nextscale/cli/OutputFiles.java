package io.nextscale.cli;

import io.nextscale.var.file.AtomicFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Checks of output files before the work, so that no result is lost after it. */
final class OutputFiles {
  private OutputFiles() {}

  /** Refuses a file that could not be written; an absent option is fine. */
  static void requireFile(String option, @Nullable Path file) {
    if (file == null) {
      return;
    }
    if (file.toString().isEmpty() || file.getFileName() == null) {
      throw CommandException.usage(option + ": a file name is expected");
    }
    if (Files.isDirectory(file)) {
      throw new CommandException(option + " " + file + ": it is a folder, a file is expected");
    }
    requireFolder(option, file, file.toAbsolutePath().getParent());
  }

  /** Refuses a file that could not be written or has another suffix. */
  static void requireFile(String option, @Nullable Path file, String suffix) {
    if (file != null && !hasSuffix(file, suffix)) {
      throw CommandException.usage(
          option + " " + file + ": a name ending in " + suffix + " is expected");
    }
    requireFile(option, file);
  }

  /** Refuses a folder that neither exists nor could be created in an existing one. */
  static void requireNewFolder(String option, @Nullable Path folder) {
    if (folder == null) {
      return;
    }
    if (folder.toString().isEmpty()) {
      throw CommandException.usage(option + ": a folder name is expected");
    }
    if (Files.exists(folder) && !Files.isDirectory(folder)) {
      throw new CommandException(option + " " + folder + ": it is a file, a folder is expected");
    }
    Path existing = folder.toAbsolutePath().normalize();
    requireFolder(option, folder, Files.exists(existing) ? existing : existing.getParent());
  }

  private static void requireFolder(String option, Path file, @Nullable Path folder) {
    if (folder == null || !Files.isDirectory(folder)) {
      throw new CommandException(
          option + " " + file + ": the folder " + folder + " does not exist");
    }
    if (!Files.isWritable(folder)) {
      throw new CommandException(
          option + " " + file + ": the folder " + folder + " is not writable");
    }
  }

  static boolean hasSuffix(Path file, String suffix) {
    return file.toString().toLowerCase(java.util.Locale.ROOT).endsWith(suffix);
  }

  /** Creates a folder unless it is there. */
  static void create(Path folder) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes a text whole or not at all. */
  static void write(Path file, String text) {
    try {
      AtomicFile.write(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
