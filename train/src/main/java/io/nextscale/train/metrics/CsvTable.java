package io.nextscale.train.metrics;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Cells as text in lines separated by commas, without quotes; the first line names the columns.
 *
 * @param columns names, at least one
 * @param rows cells in the order of the columns
 */
public record CsvTable(List<String> columns, List<List<String>> rows) {
  /** Copies both. */
  public CsvTable {
    Objects.requireNonNull(columns, "columns");
    Objects.requireNonNull(rows, "rows");
    columns = List.copyOf(columns);
    rows = rows.stream().map(List::copyOf).toList();
  }

  /**
   * Reads a file, also while another process appends to it: a last line without an end of line is
   * left out.
   *
   * @throws IOException if the file cannot be read, has no first line or a row with more or fewer
   *     cells than there are columns
   */
  public static CsvTable read(Path file) throws IOException {
    byte[] content = Files.readAllBytes(file);
    int end = content.length;
    while (end > 0 && content[end - 1] != '\n') {
      end--;
    }
    List<String> lines = new String(content, 0, end, StandardCharsets.UTF_8).lines().toList();
    if (lines.isEmpty()) {
      throw damaged(file, 1, "there is no line with the names of the columns", null);
    }
    List<String> columns = cells(lines.getFirst());
    List<List<String>> rows = new ArrayList<>(lines.size() - 1);
    for (int i = 1; i < lines.size(); i++) {
      List<String> cells = cells(lines.get(i));
      if (cells.size() != columns.size()) {
        String reason = "there are %s cells for %s columns".formatted(cells.size(), columns.size());
        throw damaged(file, i + 1, reason, null);
      }
      rows.add(cells);
    }
    return new CsvTable(columns, rows);
  }

  /**
   * Converts the rows.
   *
   * @param file that they were read from, for messages
   * @param convert may throw {@link IllegalArgumentException} for cells that it cannot convert
   * @throws IOException naming the line of such cells
   */
  public <R> List<R> map(Path file, Function<List<String>, R> convert) throws IOException {
    List<R> converted = new ArrayList<>(rows.size());
    for (int i = 0; i < rows.size(); i++) {
      try {
        converted.add(convert.apply(rows.get(i)));
      } catch (IllegalArgumentException e) {
        throw damaged(file, i + 2, String.valueOf(e.getMessage()), e);
      }
    }
    return converted;
  }

  /** The text of the whole file. */
  public String text() {
    StringBuilder text = new StringBuilder(line(columns));
    rows.forEach(row -> text.append(line(row)));
    return text.toString();
  }

  /** One line with its end. */
  public static String line(List<String> cells) {
    return String.join(",", cells) + "\n";
  }

  /** An exception that names the line of a file that is damaged. */
  public static IOException damaged(Path file, int line, String reason, @Nullable Exception cause) {
    return new IOException("%s: line %s: %s".formatted(file, line, reason), cause);
  }

  private static List<String> cells(String line) {
    return List.of(line.split(",", -1));
  }

  /** Writes the columns and the number of rows. */
  @Override
  public String toString() {
    return "CsvTable[%s rows of %s]".formatted(rows.size(), columns);
  }
}
