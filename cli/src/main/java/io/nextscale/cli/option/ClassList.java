package io.nextscale.cli.option;

import io.nextscale.cli.output.CommandException;
import java.util.Collections;
import java.util.List;

/**
 * Classes given with {@code --class}.
 *
 * @param classes names or numbers
 */
public record ClassList(List<String> classes) {
  /**
   * Reads comma-separated lists.
   *
   * @throws CommandException if an entry is empty
   */
  public static ClassList parse(List<String> lists) {
    return new ClassList(new CommaList("--class", lists).entries());
  }

  /**
   * One class for each image: as given, or the only one for all.
   *
   * @throws CommandException if there is another number of classes
   */
  public List<String> forImages(int images) {
    if (classes.size() == 1) {
      return Collections.nCopies(images, classes.getFirst());
    }
    if (classes.size() != images) {
      throw CommandException.usage(
          "--class names %d classes for %d images: expected one for each, or one for all"
              .formatted(classes.size(), images));
    }
    return classes;
  }
}
