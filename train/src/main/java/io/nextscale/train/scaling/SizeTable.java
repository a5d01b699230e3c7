package io.nextscale.train.scaling;

import io.nextscale.var.file.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The results as {@code scaling.csv}: a line for each size that is trained. */
final class SizeTable {
  private static final String HEAD = "d,N,N_all,L_last,L_all,Err_last,Err_all,steps,images_per_s";
  private static final int CELLS = HEAD.split(",").length;

  private SizeTable() {}

  /** Writes all results, whole or not at all. */
  static void write(Path file, List<SizeResult> results) throws IOException {
    StringBuilder text = new StringBuilder(HEAD).append('\n');
    for (SizeResult one : results) {
      String speed =
          Double.isNaN(one.imagesPerSecond()) ? "" : Double.toString(one.imagesPerSecond());
      text.append(one.depth()).append(',');
      text.append(one.blockParameters()).append(',').append(one.parameters()).append(',');
      text.append(one.lastLoss()).append(',').append(one.loss()).append(',');
      text.append(one.lastError()).append(',').append(one.error()).append(',');
      text.append(one.steps()).append(',').append(speed).append('\n');
    }
    AtomicFile.write(file, text.toString());
  }

  /**
   * Reads what {@link #write} wrote, nothing if there is no file.
   *
   * @throws IOException if it cannot be read or is something else
   */
  static List<SizeResult> read(Path file) throws IOException {
    List<SizeResult> results = new ArrayList<>();
    if (Files.notExists(file)) {
      return results;
    }
    List<String> lines = Files.readAllLines(file);
    if (lines.isEmpty() || !lines.getFirst().equals(HEAD)) {
      throw new IOException(file + ": line 1: expected " + HEAD);
    }
    for (int i = 1; i < lines.size(); i++) {
      String[] cells = lines.get(i).split(",", -1);
      try {
        results.add(result(cells));
      } catch (IllegalArgumentException e) {
        throw new IOException("%s: line %d: %s".formatted(file, i + 1, e.getMessage()), e);
      }
    }
    return results;
  }

  private static SizeResult result(String[] cells) {
    if (cells.length != CELLS) {
      throw new IllegalArgumentException(cells.length + " cells, expected " + CELLS);
    }
    return new SizeResult(
        Integer.parseInt(cells[0]),
        Long.parseLong(cells[1]),
        Long.parseLong(cells[2]),
        Double.parseDouble(cells[3]),
        Double.parseDouble(cells[4]),
        Double.parseDouble(cells[5]),
        Double.parseDouble(cells[6]),
        Long.parseLong(cells[7]),
        cells[8].isEmpty() ? Double.NaN : Double.parseDouble(cells[8]));
  }
}
