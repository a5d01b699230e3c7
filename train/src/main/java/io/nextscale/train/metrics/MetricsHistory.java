package io.nextscale.train.metrics;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The contents of a {@link MetricsTable}'s file: a {@link CsvTable} whose first column is the step.
 * A cell is empty where nothing was measured.
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
    Objects.requireNonNull(columns, "columns");
    Objects.requireNonNull(rows, "rows");
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
    CsvTable table = CsvTable.read(file);
    List<String> names = table.columns();
    if (!names.getFirst().equals(STEP)) {
      String reason = "the first column is '%s', not step".formatted(names.getFirst());
      throw CsvTable.damaged(file, 1, reason, null);
    }
    List<MetricsRow> rows = table.map(file, cells -> row(names, cells));
    try {
      return new MetricsHistory(names.subList(1, names.size()), rows);
    } catch (IllegalArgumentException e) {
      throw CsvTable.damaged(file, 1, String.valueOf(e.getMessage()), e);
    }
  }

  private static MetricsRow row(List<String> names, List<String> cells) {
    Map<String, Double> values = new LinkedHashMap<>();
    for (int i = 1; i < cells.size(); i++) {
      if (!cells.get(i).isBlank()) {
        values.put(names.get(i), Double.valueOf(cells.get(i)));
      }
    }
    return new MetricsRow(Long.parseLong(cells.getFirst()), values);
  }

  /** The rows up to a step, with further columns that nothing was measured for. */
  MetricsHistory upTo(long step, List<String> further) {
    Set<String> all = new LinkedHashSet<>(columns);
    checkColumns(further);
    all.addAll(further);
    List<MetricsRow> kept = rows.stream().filter(row -> row.step() <= step).toList();
    return new MetricsHistory(List.copyOf(all), kept);
  }

  /** The text of the whole file. */
  String text() {
    List<String> names = new ArrayList<>(List.of(STEP));
    names.addAll(columns);
    StringBuilder text = new StringBuilder(CsvTable.line(names));
    rows.forEach(row -> text.append(line(row, columns)));
    return text.toString();
  }

  /** A row's line with its end. */
  static String line(MetricsRow row, List<String> columns) {
    checkKnown(row, columns, Set.copyOf(columns));
    List<String> cells = new ArrayList<>(List.of(Long.toString(row.step())));
    for (String column : columns) {
      OptionalDouble value = row.value(column);
      cells.add(value.isPresent() ? Double.toString(value.getAsDouble()) : "");
    }
    return CsvTable.line(cells);
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

  /** Writes the columns and the number of rows. */
  @Override
  public String toString() {
    return "MetricsHistory[%s rows of %s]".formatted(rows.size(), columns);
  }
}
