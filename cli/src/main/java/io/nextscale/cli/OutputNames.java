package io.nextscale.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Where each image of a command goes: a file, a name with %d for its number, or a folder. */
final class OutputNames {
  private static final Pattern NUMBER = Pattern.compile("%(0\\d)?d");
  private static final List<String> OTHER_IMAGES =
      List.of(".png", ".gif", ".jpg", ".jpeg", ".bmp", ".webp", ".tif", ".tiff");

  private final Path given;
  private final String suffix;
  private final boolean folder;
  private final boolean numbered;

  private OutputNames(Path given, String suffix, boolean folder, boolean numbered) {
    this.given = given;
    this.suffix = suffix;
    this.folder = folder;
    this.numbered = numbered;
  }

  /**
   * Decides what an option's value means and checks that the files can be written.
   *
   * @param given the value; null takes the default, the file or folder {@code out}
   * @param suffix of the files, such as {@code .png}
   * @param count number of images
   */
  static OutputNames of(String option, @Nullable Path given, String suffix, int count) {
    Path path = given != null ? given : Path.of(count == 1 ? "out" + suffix : "out");
    boolean numbered = NUMBER.matcher(path.getFileName() + "").find();
    boolean named = OutputFiles.hasSuffix(path, suffix) && !Files.isDirectory(path);
    if (!named) {
      requireNoOtherSuffix(option, path, suffix);
    }
    if (named && !numbered && count > 1) {
      throw CommandException.usage(
          option
              + " "
              + path
              + ": "
              + count
              + " images need a folder, or a name with %d for their number");
    }
    if (named) {
      OutputFiles.requireFile(option, path);
    } else {
      OutputFiles.requireNewFolder(option, path);
    }
    return new OutputNames(path, suffix, !named, numbered);
  }

  private static void requireNoOtherSuffix(String option, Path path, String suffix) {
    String name = path.toString().toLowerCase(Locale.ROOT);
    if (!Files.isDirectory(path) && OTHER_IMAGES.stream().anyMatch(name::endsWith)) {
      throw CommandException.usage(
          option + " " + path + ": a name ending in " + suffix + ", or a folder, is expected");
    }
  }

  /** A name beside all files, such as {@code a_scales} for {@code a.png} or {@code a_%d.png}. */
  Path beside(String ending) {
    String name = NUMBER.matcher(given.getFileName().toString()).replaceAll("");
    String stem = folder ? name : name.substring(0, name.length() - suffix.length());
    return given.resolveSibling(stem + (stem.isEmpty() || stem.endsWith("_") ? "" : "_") + ending);
  }

  /** The file of image i; its folder exists then. */
  Path file(int index) {
    if (folder) {
      OutputFiles.create(given);
      return given.resolve(String.format(Locale.ROOT, "image_%03d%s", index, suffix));
    }
    if (!numbered) {
      return given;
    }
    Matcher number = NUMBER.matcher(given.getFileName().toString());
    return given.resolveSibling(
        number.replaceAll(match -> String.format(Locale.ROOT, match.group(), index)));
  }
}
