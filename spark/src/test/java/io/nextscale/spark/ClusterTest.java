package io.nextscale.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nextscale.evaluate.sample.SampleSet;
import io.nextscale.models.DemoModel;
import io.nextscale.spark.model.ModelChecksum;
import io.nextscale.spark.model.ModelDescription;
import io.nextscale.torch.cpu.CpuThreads;
import io.nextscale.var.GeneratedImage;
import io.nextscale.var.GenerationRequest;
import io.nextscale.var.ImageGenerator;
import io.nextscale.var.image.PngFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two executors in JVMs of their own. */
class ClusterTest {
  private static final ModelDescription MODEL =
      ModelDescription.of("demo:" + DemoModel.VAR).withThreads(1);
  private static final int COUNT = 12;
  private static final int BATCH = 2;

  private static SparkSession spark;
  private static TreeMap<Long, String> expected;

  @TempDir private Path folder;

  @BeforeAll
  static void start() throws IOException {
    spark = Sessions.cluster().getOrCreate();
    expected = alone();
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  /** The images of {@code sample-set}, by the library alone. */
  private static TreeMap<Long, String> alone() throws IOException {
    TreeMap<Long, String> sums = new TreeMap<>();
    CpuThreads.setCount(1);
    try (ImageGenerator generator = ImageGenerator.load(DemoModel.source())) {
      int classes = generator.spec().noClass();
      for (int first = 0; first < COUNT; first += BATCH) {
        int[] labels = IntStream.range(first, first + BATCH).map(i -> i % classes).toArray();
        List<GeneratedImage> images =
            generator.generate(GenerationRequest.of(labels).seed(5 + first).build()).images();
        for (int i = 0; i < BATCH; i++) {
          ByteArrayOutputStream png = new ByteArrayOutputStream();
          GeneratedImage image = images.get(i);
          PngFile.write(png, image.toBufferedImage(), SampleSet.metadata(image.parameters()));
          sums.put((long) first + i, ModelChecksum.of(png.toByteArray()));
        }
      }
    }
    return sums;
  }

  private static Dataset<Row> requests(int partitions) {
    return SparkImages.numbered(spark, COUNT, 17, 5, partitions);
  }

  private TreeMap<Long, String> sums(Dataset<Row> images, String name) {
    String file = folder.resolve(name).toUri().toString();
    images.write().parquet(file);
    return read(spark.read().parquet(file));
  }

  /** Fails on a row that is there twice, or has an error. */
  private static TreeMap<Long, String> read(Dataset<Row> images) {
    TreeMap<Long, String> sums = new TreeMap<>();
    for (Row row : images.select("id", "sha256", "error", "png").collectAsList()) {
      assertThat(row.isNullAt(2)).as(() -> row.getString(2)).isTrue();
      assertThat(sums.put(row.getLong(0), row.getString(1))).as("id " + row.get(0)).isNull();
      assertThat(ModelChecksum.of(row.<byte[]>getAs(3))).isEqualTo(row.getString(1));
    }
    return sums;
  }

  @Test
  void imagesDoNotDependOnPartitions() {
    RowOptions options = RowOptions.DEFAULTS.withBatch(BATCH).withFailFast();
    for (int partitions : new int[] {1, 2, 7}) {
      Dataset<Row> images =
          SparkImages.sample(requests(partitions), MODEL, options.withPartitions(partitions));
      assertThat(sums(images, "of-" + partitions))
          .as("%s partitions", partitions)
          .isEqualTo(expected);
    }
    assertThat(Sessions.executors()).hasSize(2);
  }

  @Test
  void nothingIsLostWithAnExecutor() throws Exception {
    List<ProcessHandle> executors = Sessions.executors();
    assertThat(executors).hasSize(2);
    Dataset<Row> images =
        SparkImages.sample(
            requests(6), MODEL, RowOptions.DEFAULTS.withBatch(BATCH).withPartitions(6));
    AtomicInteger finished = new AtomicInteger();
    SparkListener killer =
        new SparkListener() {
          @Override
          public void onTaskEnd(SparkListenerTaskEnd task) {
            if (finished.incrementAndGet() == 3) {
              executors.getFirst().destroyForcibly(); // kill -9
            }
          }
        };
    spark.sparkContext().addSparkListener(killer);
    try {
      assertThat(sums(images, "killed")).isEqualTo(expected);
    } finally {
      spark.sparkContext().removeSparkListener(killer);
    }
    executors.getFirst().onExit().get(30, TimeUnit.SECONDS);
    for (int i = 0; i < 100 && Sessions.executors().size() < 2; i++) {
      Thread.sleep(100); // for the tests that follow
    }
  }

  @Test
  void aModelThatIsMissingOnAnExecutor() {
    ModelDescription missing = ModelDescription.of("/no/such/folder");
    assertThatThrownBy(() -> SparkImages.classes(spark, missing))
        .hasMessageContaining("model /no/such/folder cannot be loaded on executor")
        .hasMessageContaining("Remedy: put it at this path on every worker");
  }

  @Test
  void eachExecutorLoadsOnce() {
    List<Long> loads = new ArrayList<>();
    SparkListener listener =
        new SparkListener() {
          @Override
          public void onTaskEnd(SparkListenerTaskEnd task) {
            task.taskInfo()
                .accumulables()
                .foreach(
                    each -> {
                      if (each.name().contains("nextscale loads for samples")) {
                        loads.add((Long) each.update().get());
                      }
                      return null;
                    });
          }
        };
    ModelDescription other = ModelDescription.of("demo:" + DemoModel.FLEXVAR).withThreads(1);
    spark.sparkContext().addSparkListener(listener);
    try {
      Dataset<Row> images =
          SparkImages.sample(
              SparkImages.numbered(spark, 12, 19, 0, 6), other, RowOptions.DEFAULTS.withFailFast());
      assertThat(read(images)).hasSize(12);
    } finally {
      spark.sparkContext().removeSparkListener(listener);
    }
    assertThat(loads.stream().mapToLong(n -> n).sum()).isBetween(1L, 2L);
  }
}
