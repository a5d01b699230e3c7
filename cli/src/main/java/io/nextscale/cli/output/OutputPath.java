package io.nextscale.cli.output;

import io.nextscale.var.file.AtomicFile;
import io.nextscale.var.file.SpecialFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A file or folder that an option names for output. It is checked before the work, so that no
 * result is lost after it.
 *
 * @param option its name, for messages
 * @param path null if the option was not given: every check passes then
 */
public record OutputPath(String option, @Nullable Path path) {
  private static final int LONGEST_NAME = 255; // bytes, on all usual file systems

  /**
   * Refuses a file that could not be written.
   *
   * @throws CommandException if it is a folder, or its folder is missing or not writable
   */
  public void requireFile() {
    if (path == null) {
      return;
    }
    if (path.toString().isEmpty() || path.getFileName() == null) {
      throw CommandException.usage(option + ": expected a file name");
    }
    if (Files.isDirectory(path)) {
      throw problem("is a folder, expected a file");
    }
    if (isSpecial()) {
      requireWritableDevice(path);
      return;
    }
    int length = path.getFileName().toString().getBytes(StandardCharsets.UTF_8).length;
    if (length > LONGEST_NAME) {
      throw problem("its name has %s bytes, expected at most %s".formatted(length, LONGEST_NAME));
    }
    requireWritable(written(path).getParent());
  }

  /**
   * Whether it is a device, a pipe or a standard stream, whose name says nothing of its content.
   */
  boolean isSpecial() {
    return path != null && SpecialFile.isAt(path);
  }

  private void requireWritableDevice(Path device) {
    if (!Files.isWritable(device)) {
      throw problem("is not writable");
    }
    try {
      SpecialFile.requireNoDisk(device);
    } catch (FileSystemException e) {
      throw problem(e.getReason());
    }
  }

  /** The file that is written: where the path is a symbolic link, the file that it leads to. */
  private Path written(Path link) {
    try {
      return AtomicFile.followLinks(link.toAbsolutePath());
    } catch (IOException e) {
      throw problem("is a symbolic link that cannot be followed: " + e);
    }
  }

  /**
   * Refuses two outputs in one file, of which only the last would be left.
   *
   * @throws CommandException naming both options
   */
  public static void requireDistinct(OutputPath... outputs) {
    Map<Path, OutputPath> seen = new HashMap<>();
    for (OutputPath output : outputs) {
      if (output.path == null || Files.isDirectory(output.path) || output.isNullDevice()) {
        continue;
      }
      OutputPath other = seen.put(output.path.toAbsolutePath().normalize(), output);
      if (other != null) {
        throw CommandException.usage(
            "%s and %s both name %s".formatted(other.option, output.option, output.path));
      }
    }
  }

  /** Whether it is {@code /dev/null}, which several outputs may share. */
  private boolean isNullDevice() {
    return Path.of("/dev/null").equals(path);
  }

  /** Refuses a file that has another suffix or could not be written; a device needs no suffix. */
  public void requireFile(String suffix) {
    if (!isSpecial()) {
      requireSuffix(suffix);
    }
    requireFile();
  }

  /** Refuses a file whose name ends in none of these. */
  public void requireSuffix(String... suffixes) {
    if (path != null && !hasSuffix(suffixes)) {
      throw CommandException.usage(
          "%s %s: expected a name ending in %s"
              .formatted(option, path, String.join(" or ", suffixes)));
    }
  }

  /**
   * Refuses a folder that neither exists nor could be created in an existing one.
   *
   * @throws CommandException if it is a file, or its parent is missing or not writable
   */
  public void requireFolder() {
    if (path == null) {
      return;
    }
    if (path.toString().isEmpty()) {
      throw CommandException.usage(option + ": expected a folder name");
    }
    if (Files.exists(path) && !Files.isDirectory(path)) {
      throw problem("is a file, expected a folder");
    }
    Path absolute = path.toAbsolutePath().normalize();
    requireWritable(Files.exists(absolute) ? absolute : absolute.getParent());
  }

  /**
   * Refuses a folder that neither exists nor could be created, with the folders above it.
   *
   * @throws CommandException if it, or what exists of its path, is a file or not writable
   */
  public void requireFolders() {
    if (path == null) {
      return;
    }
    if (path.toString().isEmpty()) {
      throw CommandException.usage(option + ": expected a folder name");
    }
    Path existing = path.toAbsolutePath().normalize();
    while (existing != null && !Files.exists(existing)) {
      existing = existing.getParent();
    }
    if (existing != null && !Files.isDirectory(existing)) {
      throw problem(existing + " is a file, expected a folder");
    }
    requireWritable(existing);
  }

  private void requireWritable(@Nullable Path folder) {
    if (folder == null || !Files.isDirectory(folder)) {
      throw problem("the folder " + folder + " does not exist");
    }
    if (!Files.isWritable(folder)) {
      throw problem("the folder " + folder + " is not writable");
    }
  }

  private CommandException problem(String text) {
    return new CommandException("%s %s: %s".formatted(option, path, text));
  }

  /** Whether the name ends in one of these, in upper or lower case. */
  public boolean hasSuffix(String... suffixes) {
    String name = String.valueOf(path).toLowerCase(Locale.ROOT);
    for (String suffix : suffixes) {
      if (name.endsWith(suffix)) {
        return true;
      }
    }
    return false;
  }

  /** Creates the folder unless it exists. */
  public void createFolder() {
    if (path == null) {
      return;
    }
    try {
      Files.createDirectories(path);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot create %s: %s".formatted(path, e.getMessage()), e);
    }
  }
}
