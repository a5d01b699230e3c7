package io.nextscale.bench;

import io.nextscale.var.file.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Writes the tables of docs/PERFORMANCE.md from docs/results. */
public final class PerformancePage {
  private PerformancePage() {}

  /**
   * Prints the tables and rewrites them in the page.
   *
   * @param arguments none, or the folder that holds PERFORMANCE.md and results/ (default: docs)
   * @throws IOException if the page or a result is missing or not readable
   */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length > 1) {
      System.err.println("usage: report [DOCS]");
      System.exit(2);
    }
    Path docs = Path.of(arguments.length > 0 ? arguments[0] : "docs");
    tables(docs).forEach((name, table) -> System.out.printf("%s:%n%n%s%n", name, table));
    Path page = page(docs);
    String before = Files.readString(page);
    String after = written(docs);
    if (after.equals(before)) {
      System.out.println(page + " has these tables already");
      return;
    }
    AtomicFile.write(page, after);
    System.out.println("written to " + page);
  }

  /** Fills the tables into the page and returns its text, as {@link #main} writes it. */
  static String written(Path docs) throws IOException {
    return MarkedTables.fill(Files.readString(page(docs)), tables(docs));
  }

  /** The page in a folder of documents. */
  static Path page(Path docs) {
    return docs.resolve("PERFORMANCE.md");
  }

  private static Map<String, String> tables(Path docs) throws IOException {
    return ResultTables.read(docs.resolve("results")).byName();
  }
}
