package io.nextscale.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Makes the tables of docs/PERFORMANCE.md from kept results.
 *
 * @param float32 result of {@code limit} in float32, one image at a time
 * @param bfloat16 result of {@code limit} in bfloat16, one image at a time
 * @param float32Batches result of {@code limit} in float32, several images at once
 * @param bfloat16Batches result of {@code limit} in bfloat16, several images at once
 * @param bySize result of {@code sizes}
 */
record ResultTables(
    ResultNode float32,
    ResultNode bfloat16,
    ResultNode float32Batches,
    ResultNode bfloat16Batches,
    ResultNode bySize) {
  private static final double GIGA = 1e-9;
  private static final double TERA = 1e-12;
  private static final int COMMIT_DIGITS = 8;
  private static final int DAY_LETTERS = "2000-01-01".length();

  /**
   * Reads the results in a folder.
   *
   * @throws IOException if a file is missing or not readable
   * @throws IllegalArgumentException if a file is no result of {@code bench/run}
   */
  static ResultTables read(Path folder) throws IOException {
    return new ResultTables(
        ResultFile.read(folder.resolve("limit-var-d16-f32.json")),
        ResultFile.read(folder.resolve("limit-var-d16-bf16.json")),
        ResultFile.read(folder.resolve("limit-var-d16-f32-batches.json")),
        ResultFile.read(folder.resolve("limit-var-d16-bf16-batches.json")),
        ResultFile.read(folder.resolve("sizes-flexvar-d16-f32.json")));
  }

  /** Writes each table; returns their texts by name, in the order of the page. */
  Map<String, String> byName() {
    Map<String, String> tables = new LinkedHashMap<>();
    tables.put("machine", machine());
    tables.put("requests", requests());
    tables.put("sizes", sizes());
    return tables;
  }

  private String machine() {
    MarkdownTable table = new MarkdownTable("runs of one image", "float32", "bfloat16");
    both(table, "machine", ResultTables::processor);
    both(table, "peak of matrix products", ResultTables::products);
    both(table, "peak of memory", ResultTables::bandwidth);
    both(table, "libtorch, Java", ResultTables::versions);
    both(table, "commit, day", ResultTables::origin);
    return table.toString();
  }

  private void both(MarkdownTable table, String title, Function<ResultNode, String> cell) {
    table.row(title, cell.apply(float32), cell.apply(bfloat16));
  }

  private static String processor(ResultNode run) {
    ResultNode machine = run.node("machine");
    return text(
        "%s, %.0f cores, %.0f GiB",
        machine.text("cpu"), machine.number("cores"), machine.number("memory_bytes") / (1 << 30));
  }

  private static String products(ResultNode run) {
    return text("%.0f GFLOP/s", best(run, typeName(run) + "_flops_per_second") * GIGA);
  }

  private static String bandwidth(ResultNode run) {
    return text("%.0f GB/s", best(run, "memory_bytes_per_second") * GIGA);
  }

  private static double best(ResultNode run, String peak) {
    ResultNode ways = run.node("peaks").node(peak);
    return ways.map().keySet().stream()
        .mapToDouble(way -> ways.number(way.toString()))
        .max()
        .orElseThrow();
  }

  private static String versions(ResultNode run) {
    ResultNode versions = run.node("versions");
    return text("%s, %s", versions.text("libtorch"), versions.text("java"));
  }

  private static String origin(ResultNode run) {
    String commit = run.node("versions").text("commit");
    String day = run.text("time").substring(0, DAY_LETTERS);
    return text("%s, %s", commit.substring(0, Math.min(COMMIT_DIGITS, commit.length())), day);
  }

  private static String typeName(ResultNode run) {
    return BenchModel.computeType(run.text("compute_type")).name().toLowerCase(Locale.ROOT);
  }

  private String requests() {
    MarkdownTable table =
        new MarkdownTable("request", "dtype", "TFLOP", "time", "of the limit", "at pace");
    for (ResultNode run : List.of(float32, bfloat16)) {
      request(table, "one image with guidance", run, run.node("guided"));
    }
    for (ResultNode run : List.of(float32, bfloat16)) {
      request(table, "one image without guidance", run, run.node("unguided"));
    }
    for (ResultNode run : List.of(float32Batches, bfloat16Batches)) {
      ResultNode largest = run.nodes("batches").getLast();
      String name = text("%.0f images at once, with guidance", largest.number("images"));
      request(table, name, run, largest);
    }
    return table.toString();
  }

  private static void request(
      MarkdownTable table, String name, ResultNode run, ResultNode measurement) {
    ResultNode total = total(measurement);
    table.row(
        name,
        typeName(run),
        text("%.2f", work(total)),
        seconds(total.number("seconds")),
        share(total.number("fraction")),
        share(total.number("fraction_at_pace")));
  }

  private String sizes() {
    List<ResultNode> measured = bySize.nodes("sizes");
    MarkdownTable table = new MarkdownTable(cells("pixels", measured, size -> size.text("size")));
    table.row(cells("TFLOP", measured, size -> text("%.2f", work(size))));
    table.row(cells("time", measured, size -> seconds(size.number("seconds"))));
    table.row(
        cells("TFLOP/s", measured, size -> text("%.3f", work(size) / size.number("seconds"))));
    return table.toString();
  }

  private static String[] cells(
      String title, List<ResultNode> measured, Function<ResultNode, String> cell) {
    return Stream.concat(Stream.of(title), measured.stream().map(cell)).toArray(String[]::new);
  }

  private static double work(ResultNode measured) {
    return measured.number("flops") * TERA;
  }

  private static ResultNode total(ResultNode measurement) {
    return measurement.nodes("phases").stream()
        .filter(phase -> phase.text("name").equals("total"))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("\"phases\": no phase \"total\""));
  }

  private static String seconds(double seconds) {
    return text(seconds < 10 ? "%.2f s" : "%.1f s", seconds);
  }

  private static String share(double share) {
    return text("%.0f %%", share * 100);
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
