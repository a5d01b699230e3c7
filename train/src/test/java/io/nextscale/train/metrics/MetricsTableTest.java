package io.nextscale.train.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricsTableTest {
  private static final List<String> COLUMNS = List.of("loss", "validation loss");

  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void name() {
    file = folder.resolve("metrics.csv");
  }

  @Test
  void rowsAreInTheFileAtOnceWithEmptyCells() throws IOException {
    try (MetricsTable table = MetricsTable.create(file, COLUMNS)) {
      assertThat(Files.readString(file)).isEqualTo("step,loss,validation loss\n");
      assertThat(table.lastStep()).isEqualTo(MetricsTable.NONE);
      table.append(1, Map.of("loss", 8.25));
      assertThat(Files.readString(file)).endsWith("\n1,8.25,\n");
      table.append(500, Map.of("validation loss", 1e-5, "loss", 4.5));
      assertThat(Files.readString(file)).endsWith("\n500,4.5,1.0E-5\n");
      assertThat(table.read().rows())
          .containsExactly(
              new MetricsRow(1, Map.of("loss", 8.25)),
              new MetricsRow(500, Map.of("loss", 4.5, "validation loss", 1e-5)));
      assertThat(table.read().rows().getFirst().value("validation loss")).isEmpty();
    }
  }

  @Test
  void notNumbersComeBack() throws IOException {
    Map<String, Double> values =
        Map.of("loss", Double.NaN, "validation loss", Double.NEGATIVE_INFINITY);
    try (MetricsTable table = MetricsTable.create(file, COLUMNS)) {
      table.append(0, values);
    }
    assertThat(MetricsHistory.read(file).rows()).containsExactly(new MetricsRow(0, values));
  }

  @Test
  void resumingDropsLaterRows() throws IOException {
    write(5);
    try (MetricsTable table = MetricsTable.resume(file, COLUMNS, 3)) {
      assertThat(table.lastStep()).isEqualTo(3);
      table.append(4, Map.of("loss", 0.5));
    }
    assertThat(Files.readString(file))
        .isEqualTo("step,loss,validation loss\n1,1.0,\n2,2.0,\n3,3.0,\n4,0.5,\n");
    assertThat(folder).isDirectoryContaining(path -> path.equals(file));
    assertThat(folder.toFile().list()).hasSize(1);
  }

  @Test
  void aHalfWrittenLineIsDroppedWhereverItEnds() throws IOException {
    write(3);
    byte[] whole = Files.readAllBytes(file);
    int lastLine = "3,3.0,\n".length();
    for (int cut = 1; cut < lastLine; cut++) {
      Files.write(file, Arrays.copyOf(whole, whole.length - cut));
      assertThat(MetricsHistory.read(file).rows()).hasSize(2);
      try (MetricsTable table = MetricsTable.resume(file, COLUMNS, 100)) {
        table.append(3, Map.of("loss", 3.0));
      }
      assertThat(Files.readAllBytes(file)).isEqualTo(whole);
    }
  }

  @Test
  void resumingAddsColumnsAndBeginsWhereThereIsNoFile() throws IOException {
    try (MetricsTable table = MetricsTable.resume(file, List.of("loss"), 10)) {
      table.append(1, Map.of("loss", 2.0));
    }
    try (MetricsTable table = MetricsTable.resume(file, List.of("FID", "loss"), 10)) {
      assertThat(table.columns()).containsExactly("loss", "FID");
      table.append(2, Map.of("FID", 9.0));
    }
    assertThat(Files.readString(file)).isEqualTo("step,loss,FID\n1,2.0,\n2,,9.0\n");
  }

  @Test
  void creatingReplaces() throws IOException {
    write(5);
    MetricsTable.create(file, List.of("a")).close();
    assertThat(Files.readString(file)).isEqualTo("step,a\n");
  }

  @Test
  void wrongRowsAreRefusedAndLeaveNoTrace() throws IOException {
    try (MetricsTable table = MetricsTable.create(file, COLUMNS)) {
      table.append(7, Map.of("loss", 1.0));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> table.append(7, Map.of("loss", 1.0)))
          .withMessage("step is 7: allowed is more than 7, the last row's");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> table.append(8, Map.of("los", 1.0)))
          .withMessage("column is 'los': allowed are [loss, validation loss]");
      table.append(8, Map.of());
    }
    assertThat(MetricsHistory.read(file).rows()).hasSize(2);
  }

  @Test
  void wrongColumnsAreRefused() {
    for (String name : List.of("", " a", "a ", "a,b", "a\"", "a\nb", "step")) {
      assertThatIllegalArgumentException()
          .as(name)
          .isThrownBy(() -> MetricsTable.create(file, List.of("loss", name)));
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MetricsTable.create(file, List.of("loss", "loss")))
        .withMessageContaining("columns are [loss, loss]");
    assertThat(file).doesNotExist();
  }

  @Test
  void otherFilesAreRefusedAndStay() throws IOException {
    for (String text :
        List.of(
            "",
            "step,loss",
            "epoch,loss\n",
            "step,a,a\n",
            "step,a\n1,2,3\n",
            "step,a\nx,1\n",
            "step,a\n1,x\n",
            "step,a\n-1,1\n",
            "step,a\n1,2\n3\n4,5\n")) {
      Files.writeString(file, text);
      assertThatIOException()
          .as(text)
          .isThrownBy(() -> MetricsTable.resume(file, List.of("a"), 10))
          .withMessageContaining("metrics.csv: line ");
      assertThat(Files.readString(file)).isEqualTo(text);
    }
  }

  @Test
  void linesOfWindowsAreRead() throws IOException {
    Files.writeString(file, "step,a\r\n1,2\r\n", StandardOpenOption.CREATE);
    assertThat(MetricsHistory.read(file).rows())
        .containsExactly(new MetricsRow(1, Map.of("a", 2.0)));
  }

  private void write(int rows) throws IOException {
    try (MetricsTable table = MetricsTable.create(file, COLUMNS)) {
      for (int step = 1; step <= rows; step++) {
        table.append(step, Map.of("loss", (double) step));
      }
    }
  }
}
