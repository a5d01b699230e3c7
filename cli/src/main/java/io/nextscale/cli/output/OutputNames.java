package io.nextscale.cli.output;

import io.nextscale.var.file.SpecialFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Names the file of each image of a command: a file, a name with %d for the number, or a folder.
 */
public final class OutputNames {
  private static final Pattern NUMBER = Pattern.compile("%(0\\d)?d");
  private static final String[] IMAGE_SUFFIXES = {
    ".png", ".gif", ".jpg", ".jpeg", ".bmp", ".webp", ".tif", ".tiff"
  };

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
   * Decides how an option's value names files, and checks that they can be written.
   *
   * @param given the value; null takes the default, a file or folder named {@code out}
   * @param suffix of the files, such as {@code .png}
   * @param count number of images
   * @throws CommandException if they cannot be written, or one name stands for several images
   */
  public static OutputNames of(String option, @Nullable Path given, String suffix, int count) {
    Path path = given != null ? given : Path.of(count == 1 ? "out" + suffix : "out");
    OutputPath output = new OutputPath(option, path);
    boolean numbered = NUMBER.matcher(path.getFileName() + "").find();
    boolean file = output.isSpecial() || output.hasSuffix(suffix) && !Files.isDirectory(path);
    if (!file && output.hasSuffix(IMAGE_SUFFIXES) && !Files.isDirectory(path)) {
      throw CommandException.usage(
          "%s %s: expected a name ending in %s, or a folder".formatted(option, path, suffix));
    }
    if (file && !numbered && count > 1) {
      throw CommandException.usage(
          "%s %s: %s images need a folder, or a name with %%d for their number"
              .formatted(option, path, count));
    }
    if (file) {
      output.requireFile();
    } else {
      output.requireFolder();
    }
    return new OutputNames(path, suffix, !file, numbered);
  }

  /**
   * Checks a value before the number of images is known.
   *
   * @param given null if the option was not given: every check passes then
   * @throws CommandException if no file of that name could be written
   */
  public static void check(String option, @Nullable Path given, String suffix) {
    if (given != null) {
      of(option, given, suffix, 1);
    }
  }

  /** Whether other files can lie beside these: not beside a device. */
  public boolean hasPlaceBeside() {
    return !SpecialFile.isAt(given);
  }

  /** The file, folder or name with %d that was given, or its default. */
  public Path given() {
    return given;
  }

  /** A name beside all files, such as {@code a_scales} for {@code a.png} or {@code a_%d.png}. */
  public Path beside(String ending) {
    String name = NUMBER.matcher(given.getFileName().toString()).replaceAll("");
    String stem = folder ? name : name.substring(0, name.length() - suffix.length());
    return given.resolveSibling(stem + (stem.isEmpty() || stem.endsWith("_") ? "" : "_") + ending);
  }

  /** The file of image {@code index}, from 0; creates its folder. */
  public Path file(int index) {
    if (folder) {
      new OutputPath("", given).createFolder();
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
