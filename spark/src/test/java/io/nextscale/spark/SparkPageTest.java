package io.nextscale.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.nextscale.spark.model.LoadedModels;
import io.nextscale.var.image.ImageFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example of docs/SPARK.md. */
class SparkPageTest {
  @TempDir private Path folder;

  @Test
  void theExampleWritesSamples() throws IOException {
    String model =
        Path.of("..", "models/src/main/resources/io/nextscale/models/emoji-var").toString();
    String out = folder.resolve("samples").toUri().toString();
    List<Row> rows;
    try (SparkSession spark = Sessions.local()) {
      SparkExample.run(spark, model, 18, 3, out);
      rows = spark.read().parquet(out).sort("id").collectAsList();
    } finally {
      LoadedModels.closeIdle();
    }
    assertThat(rows).hasSize(18).allMatch(row -> row.isNullAt(row.fieldIndex("error")));
    Row last = rows.getLast();
    assertThat(last.<Object>getAs("class")).as("17 modulo the 17 classes").hasToString("0");
    assertThat(last.<Object>getAs("seed")).hasToString("17");
    assertThat(ImageFile.read("sample", last.<byte[]>getAs("png")).getWidth()).isEqualTo(64);
  }
}
