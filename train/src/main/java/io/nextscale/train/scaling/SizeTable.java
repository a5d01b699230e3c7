package io.nextscale.train.scaling;

import io.nextscale.train.metrics.CsvTable;
import io.nextscale.var.file.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The results as {@code scaling.csv}: a line for each size that is trained. */
final class SizeTable {
  private static final List<String> COLUMNS =
      List.of("d", "N", "N_all", "L_last", "L_all", "Err_last", "Err_all", "steps", "images_per_s");

  private SizeTable() {}

  /** Writes all results, whole or not at all. */
  static void write(Path file, List<SizeResult> results) throws IOException {
    CsvTable table = new CsvTable(COLUMNS, results.stream().map(SizeTable::cells).toList());
    AtomicFile.write(file, table.text());
  }

  /**
   * Reads the results of {@link #write}, none if there is no file.
   *
   * @throws IOException if the file cannot be read or is damaged
   */
  static List<SizeResult> read(Path file) throws IOException {
    if (Files.notExists(file)) {
      return List.of();
    }
    CsvTable table = CsvTable.read(file);
    if (!table.columns().equals(COLUMNS)) {
      throw CsvTable.damaged(file, 1, "expected " + String.join(",", COLUMNS), null);
    }
    return table.map(file, SizeTable::result);
  }

  private static List<String> cells(SizeResult result) {
    double speed = result.imagesPerSecond();
    return List.of(
        Integer.toString(result.depth()),
        Long.toString(result.blockParameters()),
        Long.toString(result.parameters()),
        Double.toString(result.lastLoss()),
        Double.toString(result.loss()),
        Double.toString(result.lastError()),
        Double.toString(result.error()),
        Long.toString(result.steps()),
        Double.isNaN(speed) ? "" : Double.toString(speed));
  }

  private static SizeResult result(List<String> cells) {
    String speed = cells.getLast();
    return new SizeResult(
        Integer.parseInt(cells.get(0)),
        Long.parseLong(cells.get(1)),
        Long.parseLong(cells.get(2)),
        Double.parseDouble(cells.get(3)),
        Double.parseDouble(cells.get(4)),
        Double.parseDouble(cells.get(5)),
        Double.parseDouble(cells.get(6)),
        Long.parseLong(cells.get(7)),
        speed.isEmpty() ? Double.NaN : Double.parseDouble(speed));
  }
}
