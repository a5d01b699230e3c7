package io.nextscale.spark.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.nextscale.evaluate.error.EvaluationException;
import io.nextscale.spark.Sessions;
import io.nextscale.spark.TrainingRun;
import io.nextscale.spark.model.LoadedModels;
import io.nextscale.var.model.ModelException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The program of spark-submit, within this JVM. */
class JobTest {
  @TempDir private static Path folder;

  private static SparkSession spark;

  @BeforeAll
  static void start() {
    spark = Sessions.local();
  }

  @AfterAll
  static void stop() {
    spark.stop();
    LoadedModels.closeIdle();
  }

  private static JobConfig config(String json) throws IOException {
    Path file = folder.resolve("job.json");
    Files.writeString(file, json);
    return JobConfig.read(file);
  }

  private static String run(String json) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Main.run(spark, config(json), new PrintStream(out, true, StandardCharsets.UTF_8));
    return out.toString(StandardCharsets.UTF_8);
  }

  private static List<Path> files(Path of) throws IOException {
    try (Stream<Path> all = Files.walk(of)) {
      return all.filter(file -> file.toString().endsWith(".parquet")).sorted().toList();
    }
  }

  @Test
  void theFilesOfThePageAreRead() throws IOException {
    String page = Files.readString(Path.of("..", "docs", "SPARK.md"));
    Matcher block = Pattern.compile("```json\n(.*?)```", Pattern.DOTALL).matcher(page);
    assertThat(block.find()).isTrue();
    JobConfig job = config(block.group(1).replace("…", "0".repeat(64)));
    assertThat(job.samples().orElseThrow().count()).isEqualTo(50_000);
    assertThat(job.evaluation()).isPresent();
    Matcher tokens = Pattern.compile("tokens\\.json +# (\\{.*})").matcher(page);
    assertThat(tokens.find()).isTrue();
    assertThat(config(tokens.group(1)).tokens().orElseThrow().partitions()).isEqualTo(400);
  }

  @Test
  void whatIsDoneIsNotDoneAgain() throws IOException {
    Path out = folder.resolve("set");
    String job =
        """
        {"out": "%s", "npz": "%s", "samples": {"model": "demo:emoji-var", "count": 7, "batch": 2,
         "per_job": 4, "partitions": 2, "seed": %s, "cfg": 1.5, "top_k": 900}}
        """;
    Path npz = folder.resolve("set.npz");
    String text = run(job.formatted(out, npz, 3));
    assertThat(text).contains("samples 0 to 3 of 7").contains("samples 4 to 6 of 7");
    assertThat(out.resolve("manifest.json")).content().contains("\"top_k\":900");
    byte[] first = Files.readAllBytes(npz);

    // as if the driver had been killed in its second job, before Spark committed it
    Files.delete(out.resolve("samples/part-00001/_SUCCESS"));
    List<Path> kept = files(out.resolve("samples/part-00000"));
    FileTime time = Files.getLastModifiedTime(kept.getFirst());
    text = run(job.formatted(out, npz, 3));
    assertThat(text).contains("samples 4 to 6 of 7").doesNotContain("samples 0 to 3");
    assertThat(files(out.resolve("samples/part-00000"))).isEqualTo(kept);
    assertThat(Files.getLastModifiedTime(kept.getFirst())).isEqualTo(time);
    assertThat(npz).hasBinaryContent(first);
    assertThatExceptionOfType(EvaluationException.class)
        .isThrownBy(() -> run(job.formatted(out, npz, 4)))
        .withMessageContaining("seed is 3, not 4");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | neither samples nor tokens",
        "{\"samples\": {\"model\": \"m\", \"count\": 5}} | out is missing",
        "{\"out\": \"o\", \"samples\": {\"model\": \"m\", \"count\": 0}} | count is 0",
        "{\"out\": \"o\", \"samples\": {\"model\": \"m\", \"cuont\": 5}} | cuont",
        "{\"out\": \"o\", \"samples\": {\"model\": \"m\", \"count\": 5, \"batch\": 3}} | multiple",
        "{\"out\": \"o\", \"samples\": {\"model\": \"m\", \"count\": 5, \"dtype\": \"f8\"}} | f8",
        "{\"out\": \"o\", \"samples\": {\"model\": \"m\", \"count\": 5, \"sha256\": \"1\"}} | sha256",
        "{\"tokens\": {\"run\": \"r\", \"partitions\": 1}, \"npz\": \"x\"} | need samples",
        "{ | job.json"
      })
  void wrongFilesAreRefused(String json, String message) {
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> config(json))
        .withMessageContaining(message)
        .withMessageContaining("job.json");
  }

  /** The training that reads Spark's tokens ends in the weights of the one that encoded alone. */
  @Test
  void aTrainingGoesOnWithTheTokensOfSpark() throws IOException {
    Path images = TrainingRun.images(folder.resolve("images"));
    Path alone = TrainingRun.plan(folder.resolve("alone"), images);
    TrainingRun.train(alone);
    Path own = TrainingRun.plan(folder.resolve("own"), images);
    TrainingRun.copyTokenizer(alone, own);
    String text =
        run("{\"tokens\": {\"run\": \"%s\", \"threads\": 1, \"partitions\": 3}}".formatted(own));
    assertThat(text).contains("tokens.safetensors");
    assertThat(own.resolve("tokens.safetensors"))
        .hasSameBinaryContentAs(alone.resolve("tokens.safetensors"));
    TrainingRun.train(own);
    assertThat(own.resolve("model/transformer.safetensors"))
        .hasSameBinaryContentAs(alone.resolve("model/transformer.safetensors"));
  }
}
