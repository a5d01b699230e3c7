package io.nextscale.train.metrics;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The contents of a {@link MetricsTable}'s file: lines of cells separated by commas, the first line
 * with the names, the first cell with the step. A cell is empty where nothing was measured.
 *
 * @param columns names of the columns in the order of the file, without {@code step}
 * @param rows in the order of the file
 */
public record MetricsHistory(List<String> columns, List<MetricsRow> rows) {
  /** Name of the first column. */
  static final String STEP = "step";

  private static final Pattern COLUMN = Pattern.compile("[^\\s\",](?:[^\\r\\n\",]*[^\\s\",])?");

  /**
   * Copies and checks both.
   *
   * @throws IllegalArgumentException if a column is named twice or {@code step}, if its name is
   *     empty, begins or ends with space or contains a comma, a quote or a line's end, or if a row
   *     has a value of another column
   */
  public MetricsHistory {
    columns = List.copyOf(columns);
    rows = List.copyOf(rows);
    checkColumns(columns);
    Set<String> known = Set.copyOf(columns);
    for (MetricsRow row : rows) {
      checkKnown(row, columns, known);
    }
  }

  /**
   * Reads a file, also while a training appends to it. A last line that was written only in part is
   * left out.
   *
   * @throws IOException if the file cannot be read or is not a table of metrics
   */
  public static MetricsHistory read(Path file) throws IOException {
    byte[] content = Files.readAllBytes(file);
    int end = content.length;
    while (end > 0 && content[end - 1] != '\n') {
      end--;
    }
    List<String> lines = new String(content, 0, end, StandardCharsets.UTF_8).lines().toList();
    if (lines.isEmpty()) {
      throw damaged(file, 1, "there is no line with the names of the columns", null);
    }
    List<String> names = Arrays.asList(lines.getFirst().split(",", -1));
    if (!names.getFirst().equals(STEP)) {
      throw damaged(file, 1, "the first column is '" + names.getFirst() + "', not step", null);
    }
    List<MetricsRow> rows = new ArrayList<>(lines.size() - 1);
    for (int i = 1; i < lines.size(); i++) {
      rows.add(row(file, i + 1, names, lines.get(i)));
    }
    try {
      return new MetricsHistory(names.subList(1, names.size()), rows);
    } catch (IllegalArgumentException e) {
      throw damaged(file, 1, String.valueOf(e.getMessage()), e);
    }
  }

  /** The rows up to a step, with further columns that nothing was measured for. */
  MetricsHistory upTo(long step, List<String> further) {
    Set<String> all = new LinkedHashSet<>(columns);
    checkColumns(further);
    all.addAll(further);
    List<MetricsRow> kept = rows.stream().filter(row -> row.step() <= step).toList();
    return new MetricsHistory(List.copyOf(all), kept);
  }

  /** All of the file. */
  String text() {
    StringBuilder text = new StringBuilder(STEP);
    columns.forEach(column -> text.append(',').append(column));
    text.append('\n');
    rows.forEach(row -> text.append(line(row, columns)));
    return text.toString();
  }

  /** A row's line with its end. */
  static String line(MetricsRow row, List<String> columns) {
    checkKnown(row, columns, Set.copyOf(columns));
    StringBuilder line = new StringBuilder().append(row.step());
    for (String column : columns) {
      line.append(',');
      row.value(column).ifPresent(line::append);
    }
    return line.append('\n').toString();
  }

  private static MetricsRow row(Path file, int number, List<String> names, String line)
      throws IOException {
    String[] cells = line.split(",", -1);
    if (cells.length != names.size()) {
      String reason = "there are %d cells for %d columns".formatted(cells.length, names.size());
      throw damaged(file, number, reason, null);
    }
    try {
      Map<String, Double> values = new LinkedHashMap<>();
      for (int i = 1; i < cells.length; i++) {
        if (!cells[i].isBlank()) {
          values.put(names.get(i), Double.valueOf(cells[i]));
        }
      }
      return new MetricsRow(Long.parseLong(cells[0]), values);
    } catch (IllegalArgumentException e) {
      throw damaged(file, number, String.valueOf(e.getMessage()), e);
    }
  }

  private static IOException damaged(
      Path file, int line, String reason, @Nullable Exception cause) {
    return new IOException(
        "%s is not a table of metrics: line %d: %s".formatted(file, line, reason), cause);
  }

  private static void checkColumns(List<String> columns) {
    Set<String> seen = new LinkedHashSet<>();
    for (String column : columns) {
      if (!COLUMN.matcher(column).matches()) {
        throw new IllegalArgumentException(
            "column is '%s': allowed are names without comma, quote, line's end and outer space"
                .formatted(column));
      }
      if (column.equals(STEP) || !seen.add(column)) {
        throw new IllegalArgumentException(
            "columns are %s: allowed are different names, none of them step".formatted(columns));
      }
    }
  }

  private static void checkKnown(MetricsRow row, List<String> columns, Set<String> known) {
    for (String column : row.values().keySet()) {
      if (!known.contains(column)) {
        throw new IllegalArgumentException(
            "column is '%s': allowed are %s".formatted(column, columns));
      }
    }
  }
}
