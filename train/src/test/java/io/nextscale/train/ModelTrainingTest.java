package io.nextscale.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.nextscale.torch.Torch;
import io.nextscale.torch.cpu.CpuThreads;
import io.nextscale.train.metrics.MetricsHistory;
import io.nextscale.var.GenerationRequest;
import io.nextscale.var.ImageGenerator;
import io.nextscale.var.model.ModelSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole trainings: through, stopped, and killed. */
class ModelTrainingTest {
  private static final long STEPS = 45;

  @TempDir private Path folder;
  private long before;

  @BeforeEach
  void count() {
    CpuThreads.setCount(1); // operators this small only wait for other threads
    before = Torch.liveTensors();
  }

  @AfterEach
  void nothingIsLeft() {
    assertThat(Torch.liveTensors()).isEqualTo(before);
  }

  private Path run(String name, String family) throws IOException {
    Path images = folder.resolve("images");
    if (Files.notExists(images)) {
      SmallTraining.images(images);
    }
    return SmallTraining.plan(folder.resolve(name), family, images, STEPS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"var", "flexvar"})
  void theModelIsUsedAtOnce(String family) throws IOException {
    Path run = run("whole", family);
    assertThat(SmallTraining.run(run, Long.MAX_VALUE)).isTrue();

    for (String part : List.of("tokenizer", "transformer")) {
      var rows = MetricsHistory.read(run.resolve(part).resolve("metrics.csv")).rows();
      assertThat(rows).hasSize((int) STEPS);
      double first = rows.getFirst().value("loss").orElseThrow();
      assertThat(rows.getLast().value("loss").orElseThrow()).isLessThan(first);
      assertThat(run.resolve(part).resolve("metrics.png")).isNotEmptyFile();
      assertThat(run.resolve(part).resolve("samples/step-000045.png")).isNotEmptyFile();
    }
    try (ImageGenerator generator =
        ImageGenerator.load(ModelSource.folder(ModelTraining.model(run)))) {
      assertThat(generator.spec().classNames()).containsExactly("bar", "dot");
      var images = generator.generate(GenerationRequest.of("dot").seed(1).build()).images();
      assertThat(images).hasSize(1);
      assertThat(images.getFirst().toBufferedImage().getWidth()).isEqualTo(16);
    }
  }

  /** Stopped in the tokenizer, while encoding and in the transformer, it ends the same. */
  @ParameterizedTest
  @ValueSource(strings = {"var", "flexvar"})
  void stoppedTrainingsEndAsUnbrokenOnes(String family) throws IOException {
    Path whole = run("whole", family);
    assertThat(SmallTraining.run(whole, Long.MAX_VALUE)).isTrue();
    Path broken = run("broken", family);
    for (long steps : new long[] {4, 9, 17, 18, 13, 11, 3}) {
      assertThat(SmallTraining.run(broken, steps)).isFalse();
    }
    assertThat(SmallTraining.run(broken, Long.MAX_VALUE)).isTrue();
    assertSame(broken, whole);
  }

  /** Killed at any moment, it loses what came after the last state and ends the same. */
  @Test
  void killedTrainingsEndAsUnbrokenOnes() throws IOException, InterruptedException {
    Path whole = run("whole", "var");
    assertThat(start(whole).waitFor()).isZero();
    Path killed = run("killed", "var");
    killAfter(25, killed.resolve("tokenizer/metrics.csv"), killed);
    killAfter(30, killed.resolve("transformer/metrics.csv"), killed);
    assertThat(killed.resolve("model/transformer.safetensors")).doesNotExist();
    assertThat(start(killed).waitFor()).isZero();
    assertSame(killed, whole);
  }

  private static void assertSame(Path run, Path expected) throws IOException {
    for (String name :
        List.of(
            "model/vae.safetensors",
            "model/transformer.safetensors",
            "tokenizer/state.safetensors",
            "tokenizer/metrics.csv",
            "transformer/state.safetensors",
            "transformer/metrics.csv")) {
      assertThat(run.resolve(name)).hasSameBinaryContentAs(expected.resolve(name));
    }
    assertThat(config(run)).contains(nameOf(run));
    assertThat(config(run).replace(nameOf(run), nameOf(expected))).isEqualTo(config(expected));
  }

  private static String config(Path run) throws IOException {
    return Files.readString(run.resolve("model/config.json"));
  }

  /** The name of the model: its run's folder and the one above. */
  private static String nameOf(Path run) {
    return "\"%s/%s\"".formatted(run.getParent().getFileName(), run.getFileName());
  }

  /** Kills a JVM as soon as a table has so many rows. */
  private static void killAfter(int rows, Path metrics, Path run)
      throws IOException, InterruptedException {
    Process process = start(run);
    while (process.isAlive() && lines(metrics) <= rows) {
      assertThat(process.waitFor(1, TimeUnit.MILLISECONDS)).isFalse();
    }
    process.destroyForcibly().waitFor();
    assertThat(lines(metrics)).isBetween((long) rows, STEPS - 1);
  }

  private static long lines(Path file) throws IOException {
    if (Files.notExists(file)) {
      return 0;
    }
    try (var lines = Files.lines(file)) {
      return lines.count();
    }
  }

  private static Process start(Path run) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-Djava.awt.headless=true",
            "-cp",
            System.getProperty("java.class.path"),
            SmallTraining.class.getName(),
            run.toString())
        .inheritIO()
        .start();
  }
}
