package io.nextscale.var.model;

import io.nextscale.var.check.Shown;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.IntPredicate;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * The names of a model's classes. A name may hold several, as in {@code tench, Tinca tinca}; and
 * two classes may have one name. Classes of ImageNet have all names of WordNet, and its ids.
 *
 * @param names by class; empty if the classes have none
 * @param count number of classes
 */
record ClassNames(List<String> names, int count) {
  // looks at each run of spaces once, however long it is
  private static final Pattern COMMA = Pattern.compile("(?<!\\s)\\s*+,\\s*+");

  private static final int MOST_SUGGESTED = 3;
  private static final int LONGEST_TYPO = 60;

  /**
   * Finds a class.
   *
   * @param label an id from 0 to the count, which is "no class"; or, in upper or lower case, a
   *     name, one of several names of a class, or a part of the names of one class only
   * @throws UnknownClassException if there is no such class, or there are several
   */
  int id(String label) {
    String wanted = folded(label);
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
    List<IntPredicate> levels =
        List.of(
            id -> folded(names.get(id)).equals(wanted),
            id -> words(id).contains(wanted),
            id -> !wanted.isEmpty() && isPart(wanted, id));
    for (IntPredicate level : levels) {
      List<Integer> found = IntStream.range(0, names.size()).filter(level).boxed().toList();
      if (found.size() == 1) {
        return found.getFirst();
      }
      if (found.size() > 1) {
        throw new UnknownClassException(
            label,
            found.stream().map(names::get).toList(),
            "class \"%s\" is %s classes; give the number of one: %s"
                .formatted(Shown.name(label), found.size(), numbered(found)));
      }
    }
    throw unknown(label, wanted);
  }

  /** Whether a text is a whole name of a class, or one of its several names. */
  boolean has(String label) {
    String wanted = folded(label);
    return IntStream.range(0, names.size())
        .anyMatch(id -> folded(names.get(id)).equals(wanted) || words(id).contains(wanted));
  }

  /** All names of a class, and its id in WordNet if it is one of ImageNet's. */
  private List<String> words(int id) {
    return names.equals(ImageNetClasses.names())
        ? ImageNetClasses.words().get(id).stream().map(ClassNames::folded).toList()
        : Arrays.stream(names.get(id).split(",")).map(ClassNames::folded).toList();
  }

  private boolean isPart(String wanted, int id) {
    return folded(names.get(id)).contains(wanted)
        || words(id).stream().anyMatch(word -> word.contains(wanted));
  }

  private String numbered(List<Integer> ids) {
    List<String> shown = new ArrayList<>();
    for (int id : ids) {
      shown.add(id + " (" + names.get(id) + ")");
    }
    return Shown.list(shown);
  }

  private static String folded(String text) {
    return COMMA.matcher(text.strip()).replaceAll(", ").toLowerCase(Locale.ROOT);
  }

  private UnknownClassException unknown(String label, String wanted) {
    if (names.isEmpty()) {
      return new UnknownClassException(
          label,
          List.of(),
          "class \"%s\": the classes of this model have no names; expected 0 to %s"
              .formatted(Shown.name(label), count - 1));
    }
    List<String> near = near(wanted);
    return new UnknownClassException(
        label,
        near,
        "class \"%s\": not one of %s%s"
            .formatted(
                Shown.name(label),
                Shown.list(names),
                near.isEmpty() ? "" : "; did you mean " + String.join(" or ", near) + "?"));
  }

  /** The names that differ from a text in few letters, the nearest first. */
  private List<String> near(String wanted) {
    record Near(String name, int distance) {}
    if (wanted.length() > LONGEST_TYPO) {
      return List.of();
    }
    int most = Math.min(4, wanted.length() / 3);
    List<Near> near = new ArrayList<>();
    for (int id = 0; id < names.size(); id++) {
      int distance =
          words(id).stream().mapToInt(word -> distance(word, wanted)).min().orElseThrow();
      if (distance <= most) {
        near.add(new Near(names.get(id), distance));
      }
    }
    near.sort(Comparator.comparingInt(Near::distance));
    return near.stream().map(Near::name).limit(MOST_SUGGESTED).toList();
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
