package io.nextscale.cli.option;

import java.util.ArrayList;
import java.util.List;

/**
 * Names of options in a sentence.
 *
 * @param names in order, such as {@code --image}
 */
public record OptionNames(List<String> names) {
  /** Copies the list. */
  public OptionNames {
    names = List.copyOf(names);
  }

  /**
   * Those that were given.
   *
   * @param names of all, in order
   * @param given whether each was given
   */
  public static OptionNames given(List<String> names, boolean... given) {
    List<String> found = new ArrayList<>(names);
    for (int i = names.size() - 1; i >= 0; i--) {
      if (!given[i]) {
        found.remove(i);
      }
    }
    return new OptionNames(found);
  }

  /** Whether there is none. */
  public boolean isEmpty() {
    return names.isEmpty();
  }

  /** Lists them as {@code --a, --b and --c}. */
  public String and() {
    return joined(" and ");
  }

  /** Lists them as {@code --a, --b or --c}. */
  public String or() {
    return joined(" or ");
  }

  /** The verb {@code need} in the number of the names. */
  public String need() {
    return names.size() == 1 ? "needs" : "need";
  }

  private String joined(String last) {
    if (names.size() < 2) {
      return String.join("", names);
    }
    return String.join(", ", names.subList(0, names.size() - 1)) + last + names.getLast();
  }
}
