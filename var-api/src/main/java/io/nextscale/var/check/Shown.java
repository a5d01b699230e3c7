package io.nextscale.var.check;

import java.util.Collection;
import java.util.stream.Collectors;

/** Texts from files and requests as messages show them: short, and without control characters. */
public final class Shown {
  /** Longest message in characters, about ten lines. */
  public static final int MESSAGE = 900;

  private static final int NAME = 120;
  private static final int LISTED = 10;

  private Shown() {}

  /** Shortens a name. */
  public static String name(String text) {
    return text(text, NAME);
  }

  /** Shortens a message. */
  public static String message(String text) {
    return text(text, MESSAGE);
  }

  /** Shortens a text to a number of characters and replaces its control characters. */
  public static String text(String text, int length) {
    String start = text;
    if (text.length() > length) {
      int end = Character.isHighSurrogate(text.charAt(length - 1)) ? length - 1 : length;
      start = text.substring(0, end) + "…";
    }
    return start.replaceAll("\\p{Cntrl}", "\ufffd");
  }

  /** Lists the first names, and how many there are if some are left out. */
  public static String list(Collection<?> names) {
    String shown =
        names.stream()
            .limit(LISTED)
            .map(name -> name(String.valueOf(name)))
            .collect(Collectors.joining(", "));
    return names.size() > LISTED ? "%s, … (%s in all)".formatted(shown, names.size()) : shown;
  }
}
