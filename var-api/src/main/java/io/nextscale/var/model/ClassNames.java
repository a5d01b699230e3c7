package io.nextscale.var.model;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * Finds classes by what people call them.
 *
 * @param names of the classes from 0; empty if they have none
 * @param count number of classes, which is also the id of "no class"
 */
record ClassNames(List<String> names, int count) {
  private static final int MOST_LISTED = 24;
  private static final int MOST_SUGGESTED = 8;

  /**
   * Finds the id of a class.
   *
   * @param label an id from 0 to {@link #count}, a name, or a part of one name only; upper and lower
   *     case are the same
   * @throws UnknownClassException if there is no such class, or several
   */
  int id(String label) {
    String wanted = key(label);
    if (wanted.matches("\\d{1,9}")) {
      int id = Integer.parseInt(wanted);
      if (id <= count) {
        return id;
      }
      throw new UnknownClassException(
          label,
          List.of(),
          "class %s: expected 0 to %s, or %s for no class".formatted(label, count - 1, count));
    }
    if (names.isEmpty()) {
      throw new UnknownClassException(
          label,
          List.of(),
          "class \"%s\": the classes of this model have no names; expected 0 to %s"
              .formatted(label, count - 1));
    }
    List<Integer> found = named(wanted);
    if (found.isEmpty()) {
      found = ids(word -> word.equals(wanted));
    }
    if (found.isEmpty() && !wanted.isEmpty()) {
      found = ids(word -> word.contains(wanted));
    }
    if (found.size() == 1) {
      return found.getFirst();
    }
    throw found.isEmpty() ? unknown(label, wanted) : ambiguous(label, found);
  }

  /** The ids whose name, not another word for them, is this. */
  private List<Integer> named(String wanted) {
    return IntStream.range(0, names.size())
        .filter(id -> key(names.get(id)).equals(wanted))
        .boxed()
        .toList();
  }

  private List<Integer> ids(Predicate<String> matches) {
    return IntStream.range(0, names.size())
        .filter(id -> words(id).stream().map(ClassNames::key).anyMatch(matches))
        .boxed()
        .toList();
  }

  private List<String> words(int id) {
    return names.equals(ImageNetClasses.names())
        ? ImageNetClasses.words().get(id)
        : List.of(names.get(id));
  }

  private static String key(String name) {
    return name.strip().toLowerCase(Locale.ROOT);
  }

  private UnknownClassException ambiguous(String label, List<Integer> ids) {
    List<String> meant = ids.stream().map(id -> "%s (%s)".formatted(names.get(id), id)).toList();
    return new UnknownClassException(
        label,
        ids.stream().map(names::get).toList(),
        "class \"%s\" may be any of %s classes: %s; expected a name of one only, or its id"
            .formatted(label, ids.size(), firstOf(meant)));
  }

  private UnknownClassException unknown(String label, String wanted) {
    List<String> near = near(wanted);
    String names = names().size() <= MOST_LISTED ? String.join(", ", names()) : "";
    String expected =
        names.isEmpty()
            ? "not one of the %s classes".formatted(count)
            : "not one of " + names;
    return new UnknownClassException(
        label,
        near,
        "class \"%s\": %s%s"
            .formatted(
                label,
                expected,
                near.isEmpty() ? "" : "; did you mean " + String.join(" or ", near) + "?"));
  }

  private static String firstOf(List<String> all) {
    String first = String.join(", ", all.subList(0, Math.min(all.size(), MOST_SUGGESTED)));
    return all.size() > MOST_SUGGESTED ? first + ", ..." : first;
  }

  /** The names that differ from a text in few letters, the nearest first. */
  private List<String> near(String wanted) {
    record Near(String name, int distance) {}
    int most = Math.min(4, wanted.length() / 3);
    List<Near> near = new ArrayList<>();
    for (int id = 0; id < names.size(); id++) {
      int distance =
          words(id).stream().mapToInt(word -> distance(key(word), wanted)).min().orElseThrow();
      if (distance <= most) {
        near.add(new Near(names.get(id), distance));
      }
    }
    near.sort(Comparator.comparingInt(Near::distance));
    return near.stream().map(Near::name).limit(3).toList();
  }

  /** Least number of letters to insert, delete or replace (Levenshtein). */
  private static int distance(String one, String other) {
    int[] row = IntStream.rangeClosed(0, other.length()).toArray();
    for (int i = 1; i <= one.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= other.length(); j++) {
        int replaced = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[other.length()];
  }
}
