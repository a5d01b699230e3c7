package io.nextscale.cli.option;

import io.nextscale.cli.output.CommandException;
import io.nextscale.var.model.ModelSpec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Classes given with {@code --class}.
 *
 * @param classes names or numbers
 */
public record ClassList(List<String> classes) {
  private static final String OPTION = "--class";

  /**
   * Checks comma-separated lists before the model is known.
   *
   * @throws CommandException if an entry is empty
   */
  public static void check(List<String> lists) {
    new CommaList(OPTION, lists).entries();
  }

  /**
   * Reads comma-separated lists. Entries that are a name of a class together, such as {@code tench,
   * Tinca tinca}, are one class.
   *
   * @throws CommandException if an entry is empty
   */
  public static ClassList parse(List<String> lists, ModelSpec spec) {
    List<String> classes = new ArrayList<>();
    for (String list : lists) {
      List<String> entries = new CommaList(OPTION, List.of(list)).entries();
      for (int from = 0; from < entries.size(); ) {
        int to = entries.size();
        while (to > from + 1 && !spec.hasClassName(String.join(", ", entries.subList(from, to)))) {
          to--;
        }
        classes.add(String.join(", ", entries.subList(from, to)));
        from = to;
      }
    }
    return new ClassList(classes);
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
          "--class names %s classes for %s images: expected one for each, or one for all"
              .formatted(classes.size(), images));
    }
    return classes;
  }
}
