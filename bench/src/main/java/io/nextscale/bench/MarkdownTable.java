package io.nextscale.bench;

import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;

/** Writes a table in Markdown, row by row. */
final class MarkdownTable {
  private final int columns;
  private final StringBuilder text = new StringBuilder();

  /** Begins with the row of titles. */
  MarkdownTable(String... titles) {
    columns = titles.length;
    row(titles);
    text.append('|').append(String.join("", Collections.nCopies(columns, "---|"))).append('\n');
  }

  /**
   * Adds a row.
   *
   * @throws IllegalArgumentException if it has not as many cells as there are titles
   */
  MarkdownTable row(String... cells) {
    if (cells.length != columns) {
      throw new IllegalArgumentException(
          "%d cells in a table of %d columns: %s".formatted(cells.length, columns, List.of(cells)));
    }
    text.append(List.of(cells).stream().collect(Collectors.joining(" | ", "| ", " |\n")));
    return this;
  }

  /** The text of the table; each line ends with a line feed. */
  @Override
  public String toString() {
    return text.toString();
  }
}
