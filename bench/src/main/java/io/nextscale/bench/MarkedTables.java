package io.nextscale.bench;

import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Replaces the tables of a Markdown page. A table stands between a line {@code <!-- table: name
 * -->} and a line {@code <!-- end -->}.
 */
final class MarkedTables {
  private static final Pattern BEGIN = Pattern.compile("<!-- table: (\\S+) -->\\n");
  private static final String END = "<!-- end -->";

  private MarkedTables() {}

  /**
   * Puts tables between the markers of a page and leaves the rest as it is.
   *
   * @param tables text of each table, with a final line feed, by name
   * @throws IllegalArgumentException if the page names an unknown table, lacks an end marker, or
   *     has no place for a table
   */
  static String fill(String page, Map<String, String> tables) {
    Map<String, String> unused = new TreeMap<>(tables);
    StringBuilder filled = new StringBuilder();
    Matcher begin = BEGIN.matcher(page);
    int copied = 0;
    while (begin.find(copied)) {
      String name = begin.group(1);
      String table = tables.get(name);
      if (table == null) {
        throw new IllegalArgumentException(
            "table \"%s\": the tables are %s".formatted(name, new TreeMap<>(tables).keySet()));
      }
      int end = page.indexOf(END, begin.end());
      Matcher next = BEGIN.matcher(page);
      if (end < 0 || (next.find(begin.end()) && next.start() < end)) {
        throw new IllegalArgumentException("table \"%s\": no %s after it".formatted(name, END));
      }
      filled.append(page, copied, begin.end()).append(table);
      unused.remove(name);
      copied = end;
    }
    if (!unused.isEmpty()) {
      throw new IllegalArgumentException("no place for the tables " + unused.keySet());
    }
    return filled.append(page, copied, page.length()).toString();
  }
}
