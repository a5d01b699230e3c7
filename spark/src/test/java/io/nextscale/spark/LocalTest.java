package io.nextscale.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.nextscale.evaluate.Evaluation;
import io.nextscale.evaluate.EvaluationOptions;
import io.nextscale.evaluate.ImageEvaluator;
import io.nextscale.evaluate.inception.FormulaWeights;
import io.nextscale.models.DemoModel;
import io.nextscale.spark.model.EvaluatorDescription;
import io.nextscale.spark.model.LoadedModels;
import io.nextscale.spark.model.ModelDescription;
import io.nextscale.spark.row.TokenColumns;
import io.nextscale.torch.Torch;
import io.nextscale.torch.cpu.CpuThreads;
import io.nextscale.var.ImageGenerator;
import io.nextscale.var.ImageTokenizer;
import io.nextscale.var.Score;
import io.nextscale.var.image.ImageFile;
import io.nextscale.var.image.PixelArray;
import io.nextscale.var.model.TokenizerSource;
import io.nextscale.var.scale.TokenMaps;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Each function in one JVM, compared with the library alone. */
class LocalTest {
  private static final ModelDescription MODEL =
      ModelDescription.of("demo:" + DemoModel.VAR).withThreads(1);
  private static final int COUNT = 8;

  @TempDir private static Path folder;

  private static SparkSession spark;
  private static Dataset<Row> samples;

  @BeforeAll
  static void start() {
    spark = Sessions.local();
    String file = folder.resolve("samples").toUri().toString();
    SparkImages.sample(
            SparkImages.numbered(spark, COUNT, 17, 3, 2), MODEL, RowOptions.DEFAULTS.withFailFast())
        .write()
        .parquet(file);
    samples = spark.read().parquet(file);
  }

  @AfterAll
  static void stop() {
    spark.stop();
    LoadedModels.closeIdle();
    assertThat(Torch.liveTensors()).isZero();
  }

  private static List<Row> byId(Dataset<Row> rows) {
    return rows.sort("id").collectAsList();
  }

  private static PixelArray image(Row sample) {
    return PixelArray.fromImage(ImageFile.read("sample", sample.<byte[]>getAs("png")));
  }

  @Test
  void tokensAreThoseOfTheLibrary() {
    List<Row> tokens = byId(SparkImages.tokenize(samples, MODEL).drop("parameters"));
    List<Row> images = byId(samples);
    CpuThreads.setCount(1);
    try (ImageTokenizer tokenizer =
        ImageTokenizer.load(TokenizerSource.of(DemoModel.source(DemoModel.VAR)))) {
      for (int i = 0; i < COUNT; i++) {
        TokenMaps alone = tokenizer.tokenize(List.of(image(images.get(i)))).tokens();
        Row row = tokens.get(i);
        assertThat(row.isNullAt(row.fieldIndex("error"))).isTrue();
        assertThat(TokenColumns.of(row.schema()).read(row)).isEqualTo(alone);
      }
    }
  }

  @Test
  void tokensAreDecodedAndScoredAsByTheLibrary() {
    Dataset<Row> tokens = SparkImages.tokenize(samples, MODEL).drop("sha256").limit(3).cache();
    List<Row> decoded = byId(SparkImages.reconstruct(tokens, MODEL, RowOptions.DEFAULTS));
    List<Row> scores = byId(SparkImages.score(tokens, MODEL, RowOptions.DEFAULTS));
    List<Row> rows = byId(tokens);
    CpuThreads.setCount(1);
    try (ImageGenerator generator = ImageGenerator.load(DemoModel.source(DemoModel.VAR))) {
      for (int i = 0; i < rows.size(); i++) {
        TokenMaps maps = TokenColumns.of(rows.get(i).schema()).read(rows.get(i));
        PixelArray alone = generator.decode(maps, maps.scales().count()).getFirst();
        BufferedImage own = ImageFile.read("own", decoded.get(i).<byte[]>getAs("png"));
        assertThat(PixelArray.fromImage(own)).isEqualTo(PixelArray.fromImage(alone.toImage()));
        String label = String.valueOf(rows.get(i).<Integer>getAs("class"));
        Score score = generator.score(maps, List.of(label), false);
        assertThat(scores.get(i).<Double>getAs("mean_cross_entropy"))
            .isEqualTo(score.meanCrossEntropy());
        assertThat(scores.get(i).<Double>getList(scores.get(i).fieldIndex("token_error")))
            .isEqualTo(score.accuracy().stream().map(share -> 1 - share).toList());
      }
    }
  }

  @Test
  void sparksOwnFormsOfImagesAreEqual() throws IOException {
    Path png = folder.resolve("file/a.png");
    Files.createDirectories(png.getParent());
    byte[] content = samples.head().getAs("png");
    Files.write(png, content);
    Dataset<Row> files = spark.read().format("binaryFile").load(png.toUri().toString());
    BufferedImage image = ImageFile.read("a", content);
    byte[] bgr = new byte[3 * image.getWidth() * image.getHeight()];
    for (int i = 0; i < bgr.length; i += 3) {
      int rgb = image.getRGB(i / 3 % image.getWidth(), i / 3 / image.getWidth());
      bgr[i] = (byte) rgb;
      bgr[i + 1] = (byte) (rgb >> 8);
      bgr[i + 2] = (byte) (rgb >> 16);
    }
    StructType schema =
        StructType.fromDDL(
            "image STRUCT<origin: STRING, height: INT, width: INT, nChannels: INT, mode: INT, data: BINARY>");
    Row struct =
        RowFactory.create("a.png", image.getHeight(), image.getWidth(), 3, 16, (Object) bgr);
    Dataset<Row> decoded = spark.createDataFrame(List.of(RowFactory.create(struct)), schema);
    Row ofFile = SparkImages.tokenize(files, MODEL).select("scales", "tokens").head();
    Row ofStruct = SparkImages.tokenize(decoded, MODEL).select("scales", "tokens").head();
    assertThat(ofStruct).isEqualTo(ofFile);
  }

  @Test
  void badRowsBecomeErrorsOrFailTheJob() {
    StructType schema = StructType.fromDDL("id BIGINT, class STRING, seed BIGINT, top_k INT");
    Dataset<Row> requests =
        spark.createDataFrame(
            List.of(
                RowFactory.create(0L, "3", 1L, null),
                RowFactory.create(1L, "no such class", 1L, null),
                RowFactory.create(2L, "4", 1L, 1_000_000),
                RowFactory.create(3L, "4", null, null)),
            schema);
    List<Row> rows = byId(SparkImages.sample(requests, MODEL, RowOptions.DEFAULTS));
    assertThat(rows).hasSize(4);
    assertThat(rows.get(0).isNullAt(6)).isTrue();
    assertThat(rows.get(1).getString(6)).contains("no such class");
    assertThat(rows.get(2).getString(6)).contains("top-k");
    assertThat(rows.get(3).getString(6)).contains("seed is null");
    assertThat(rows.get(3).isNullAt(4)).isTrue();
    Dataset<Row> failing =
        SparkImages.sample(requests, MODEL, RowOptions.DEFAULTS.withFailFast().withBatch(2));
    assertThatExceptionOfType(SparkException.class)
        .isThrownBy(failing::collectAsList)
        .withMessageContaining("no such class");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SparkImages.sample(samples.drop("seed"), MODEL, RowOptions.DEFAULTS))
        .withMessageContaining("seed");
    Dataset<Row> damaged =
        samples.limit(1).select(functions.col("id"), functions.lit(new byte[] {1}).as("png"));
    assertThat(SparkImages.tokenize(damaged, MODEL).head().<String>getAs("error")).isNotEmpty();
  }

  @Test
  void figuresAreThoseOfTheEvaluatorAlone() throws IOException {
    Path weights = FormulaWeights.write(folder.resolve("inception.safetensors"));
    Path png = folder.resolve("png");
    Path reference = folder.resolve("reference");
    SampleExport.png(samples, png.toUri().toString());
    SampleExport.png(samples, png.toUri().toString()); // again: nothing changes
    Files.createDirectories(reference);
    for (int i = 0; i < 4; i++) {
      Files.copy(png.resolve("000/00000" + (7 - i) + ".png"), reference.resolve(i + ".png"));
    }
    Path npz = folder.resolve("samples.npz");
    SampleExport.npz(samples, npz);
    Evaluation alone;
    CpuThreads.setCount(2);
    EvaluationOptions options = EvaluationOptions.DEFAULTS.withBatch(1).withAnyWeights();
    try (ImageEvaluator evaluator = ImageEvaluator.load(weights, options)) {
      alone = evaluator.evaluate(npz, reference);
    }
    EvaluatorDescription network =
        EvaluatorDescription.of(weights.toString()).withAnyWeights().withThreads(2);
    String file = folder.resolve("features").toUri().toString();
    SparkImages.features(
            samples.select("id", "png").repartition(3), network, RowOptions.DEFAULTS.withFailFast())
        .write()
        .parquet(file);
    Evaluation figures = SparkEvaluation.evaluate(spark.read().parquet(file), reference, network);

    assertThat(figures.samples()).isEqualTo(COUNT);
    assertThat(figures.fid()).isCloseTo(alone.fid(), within(1e-9 * alone.fid()));
    double sfid = alone.sfid().orElseThrow();
    assertThat(figures.sfid().orElseThrow()).isCloseTo(sfid, within(1e-9 * sfid));
    assertThat(figures.inceptionScore()).isEqualTo(alone.inceptionScore());
    assertThat(figures.precision()).isEqualTo(alone.precision());
    assertThat(figures.recall()).isEqualTo(alone.recall());
    System.out.println(alone + " " + figures);
  }

  @Test
  void equalRowsAreGeneratedWhateverTheirOrder() {
    Dataset<Row> shuffled = samples.select("id", "class", "seed").sort(functions.desc("id"));
    List<String> sums = new ArrayList<>();
    for (Row row :
        byId(SparkImages.sample(shuffled, MODEL, RowOptions.DEFAULTS.withPartitions(3)))) {
      sums.add(row.getAs("sha256"));
    }
    assertThat(sums)
        .isEqualTo(byId(samples).stream().map(row -> row.<String>getAs("sha256")).toList());
  }

  /** The C library would keep it for reuse, since the library's settings tell it to. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void tasksGiveFreedMemoryBack() throws Exception {
    try (Arena arena = Arena.ofConfined()) {
      for (int i = 0; i < 6400; i++) {
        arena.allocate(1 << 16);
      }
    }
    long kept = outsideHeap();
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
    while (kept - outsideHeap() < 100_000_000 && System.nanoTime() < end) {
      SparkImages.sample(samples.limit(1), MODEL, RowOptions.DEFAULTS).collectAsList();
    }
    assertThat(kept - outsideHeap()).isGreaterThan(100_000_000);
  }

  private static long outsideHeap() throws IOException {
    long pages = Long.parseLong(Files.readString(Path.of("/proc/self/statm")).split(" ")[1]);
    return pages * 4096 - ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getCommitted();
  }
}
