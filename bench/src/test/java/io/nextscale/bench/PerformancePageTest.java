package io.nextscale.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PerformancePageTest {
  private static final Path DOCS = Path.of("..", "docs");

  @TempDir Path folder;

  /** If this fails, run {@code bench/run report}. */
  @Test
  void pageHoldsTheTablesOfTheKeptResults() throws IOException {
    assertThat(Files.readString(PerformancePage.page(DOCS)))
        .isEqualTo(PerformancePage.written(DOCS));
  }

  @Test
  void reportRewritesOnlyTheTables() throws IOException {
    Path results = Files.createDirectory(folder.resolve("results"));
    try (Stream<Path> files = Files.list(DOCS.resolve("results"))) {
      for (Path file : files.toList()) {
        Files.copy(file, results.resolve(file.getFileName()));
      }
    }
    String page = Files.readString(PerformancePage.page(DOCS));
    String spoilt = page.replaceAll("(?m)^\\| one image.*\\n", "");
    assertThat(spoilt).isNotEqualTo(page);
    Files.writeString(PerformancePage.page(folder), spoilt);

    PerformancePage.main(new String[] {folder.toString()});

    assertThat(PerformancePage.page(folder)).hasContent(page);
  }

  @Test
  void figuresAreThoseOfTheResults() throws IOException {
    Map<String, String> tables = ResultTables.read(DOCS.resolve("results")).byName();
    ResultNode kept = ResultFile.read(DOCS.resolve("results").resolve("limit-var-d16-f32.json"));
    ResultNode total = kept.node("guided").nodes("phases").getLast();
    String request = tables.get("requests").lines().skip(2).findFirst().orElseThrow();

    List<String> cells = List.of(request.split(" \\| "));
    assertThat(cells.get(0)).isEqualTo("| one image with guidance");
    assertThat(cells.get(1)).isEqualTo("float32");
    assertThat(number(cells.get(3))).isCloseTo(total.number("seconds"), within(0.005));
    assertThat(number(cells.get(4))).isCloseTo(100 * total.number("fraction"), within(0.5));
    assertThat(tables.get("requests").lines()).hasSize(2 + 6);
    assertThat(tables.get("sizes").lines()).hasSize(2 + 3);
  }

  @Test
  void placesAndTablesMustMatch() {
    String page = "a\n<!-- table: one -->\nold\n<!-- end -->\nb\n";
    assertThat(MarkedTables.fill(page, Map.of("one", "new\n")))
        .isEqualTo("a\n<!-- table: one -->\nnew\n<!-- end -->\nb\n");
    assertThatThrownBy(() -> MarkedTables.fill(page, Map.of("two", "")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("table \"one\": the tables are [two]");
    assertThatThrownBy(() -> MarkedTables.fill(page, Map.of("one", "", "two", "")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no place for the tables [two]");
    assertThatThrownBy(
            () -> MarkedTables.fill("<!-- table: one -->\n" + page, Map.of("one", "new\n")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("table \"one\": no <!-- end --> after it");
  }

  private static double number(String cell) {
    return Double.parseDouble(cell.replaceAll("[ s%]", ""));
  }
}
