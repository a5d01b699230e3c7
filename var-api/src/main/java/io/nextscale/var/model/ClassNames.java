package io.nextscale.var.model;

import io.nextscale.var.check.Shown;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * The names of a model's classes. A name may hold several, as ImageNet's do: {@code tench, Tinca
 * tinca}; and two classes may have one name, as ImageNet's two cranes.
 *
 * @param names by class; empty if the classes have none
 * @param count number of classes
 */
record ClassNames(List<String> names, int count) {
  /**
   * Finds a class.
   *
   * @param label an id from 0 to the count, which is "no class"; or, in upper or lower case, a
   *     name, one of the names between its commas, or a part of one name only
   * @throws IllegalArgumentException if there is no such class, or there are several
   */
  int id(String label) {
    String wanted = folded(label);
    if (wanted.matches("\\d{1,9}")) {
      int id = Integer.parseInt(wanted);
      if (id <= count) {
        return id;
      }
      throw new IllegalArgumentException(
          "class %s: expected 0 to %d, or %d for no class".formatted(label, count - 1, count));
    }
    List<IntPredicate> levels =
        List.of(
            id -> folded(names.get(id)).equals(wanted),
            id -> synonyms(names.get(id)).contains(wanted),
            id -> !wanted.isEmpty() && folded(names.get(id)).contains(wanted));
    for (IntPredicate level : levels) {
      List<Integer> found = IntStream.range(0, names.size()).filter(level).boxed().toList();
      if (found.size() == 1) {
        return found.getFirst();
      }
      if (found.size() > 1) {
        throw new IllegalArgumentException(
            "class \"%s\" is %d classes; give the number of one: %s"
                .formatted(Shown.name(label), found.size(), numbered(found)));
      }
    }
    throw new IllegalArgumentException(
        "class \"%s\": %s"
            .formatted(
                Shown.name(label),
                names.isEmpty()
                    ? "the classes of this model have no names; expected 0 to " + (count - 1)
                    : "not one of " + Shown.list(names)));
  }

  /** Whether a text is a whole name of a class, or one of the names between its commas. */
  boolean has(String label) {
    String wanted = folded(label);
    return names.stream()
        .anyMatch(name -> folded(name).equals(wanted) || synonyms(name).contains(wanted));
  }

  private String numbered(List<Integer> ids) {
    List<String> shown = new ArrayList<>();
    for (int id : ids) {
      shown.add(id + " (" + names.get(id) + ")");
    }
    return Shown.list(shown);
  }

  private static List<String> synonyms(String name) {
    return Arrays.stream(name.split(",")).map(ClassNames::folded).toList();
  }

  private static String folded(String text) {
    return text.strip().replaceAll("\\s*,\\s*", ", ").toLowerCase(Locale.ROOT);
  }
}
