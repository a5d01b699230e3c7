package io.nextscale.train.scaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nextscale.torch.Torch;
import io.nextscale.train.data.ImageData;
import io.nextscale.train.metrics.MetricsHistory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A tiny ladder from end to end. */
class ScalingExperimentTest {
  private static final int SIZE = 16;
  private static final long STEPS = TinyLadder.IMAGES / 4;

  @TempDir Path folder;
  private Path data;
  private long before;

  @BeforeEach
  void write() throws IOException {
    data = folder.resolve("data");
    TinyLadder.writeData(data);
    before = Torch.liveTensors();
  }

  @AfterEach
  void nothingIsLeft() {
    assertThat(Torch.liveTensors()).isEqualTo(before);
  }

  private Path begin(String name, ScalingPlan plan) throws IOException {
    Path run = folder.resolve(name);
    Files.createDirectories(run);
    plan.save(run);
    return run;
  }

  private static boolean climb(Path run, BooleanSupplier stop) {
    ImageData images = ScalingData.open(ScalingPlan.load(run), SIZE);
    return new ScalingExperiment(run, images, TinyLadder.SILENT, stop).run();
  }

  /** True when asked for the n-th time, and from then on. */
  private static BooleanSupplier after(int n) {
    int[] asked = {0};
    return () -> ++asked[0] >= n;
  }

  /** Everything but the speed. */
  private static List<SizeResult> numbers(Path run) {
    return ScalingExperiment.report(run).results().stream()
        .map(
            one ->
                new SizeResult(
                    one.depth(),
                    one.blockParameters(),
                    one.parameters(),
                    one.lastLoss(),
                    one.loss(),
                    one.lastError(),
                    one.error(),
                    one.steps(),
                    0))
        .toList();
  }

  @Test
  void everySizeHasALine() throws IOException {
    Path run = begin("whole", TinyLadder.plan(data, 2, 1));
    assertThat(climb(run, () -> false)).isTrue();

    ScalingReport report = ScalingExperiment.report(run);
    assertThat(report.results()).extracting(SizeResult::depth).containsExactly(1, 2);
    for (SizeResult one : report.results()) {
      int d = one.depth();
      int width = 8 * d;
      // VAR's 18·d·w², the scale of each head, and the biases: qkv has 2, the MLP 5, AdaLN 6
      // and the projection 1
      long biases = d * (2L + 1 + 5 + 6) * width;
      assertThat(one.blockParameters()).isEqualTo(18L * d * width * width + biases + (long) d * d);
      assertThat(one.parameters()).isGreaterThan(one.blockParameters());
      assertThat(one.steps()).isEqualTo(STEPS);
      assertThat(one.loss()).isBetween(0.5, Math.log(16) + 0.5);
      assertThat(one.lastLoss()).isBetween(0.5, Math.log(16) + 0.5);
      assertThat(one.error()).isBetween(0.0, 1.0);
      assertThat(one.imagesPerSecond()).isPositive();
      Path own = run.resolve("depth-" + d);
      MetricsHistory history = MetricsHistory.read(own.resolve("metrics.csv"));
      assertThat(history.rows()).hasSize((int) STEPS);
      assertThat(history.rows().getLast().value("held_out_loss")).hasValue(one.loss());
      assertThat(own.resolve("samples/step-%06d.png".formatted(STEPS))).isRegularFile();
    }
    assertThat(Files.readAllLines(run.resolve("scaling.csv"))).hasSize(3);
    assertThat(Files.readString(run.resolve("scaling.txt"))).isEqualTo(report.text());
    assertThat(ImageIO.read(run.resolve("scaling.png").toFile()).getHeight()).isPositive();
  }

  /** Stopped in the tokenizer, among the tokens, and within each size. */
  @Test
  void whatWasBrokenOffGoesOnAndEndsInTheSameNumbers() throws IOException {
    Path whole = begin("whole", TinyLadder.plan(data, 1, 2));
    climb(whole, () -> false);
    Path broken = begin("broken", TinyLadder.plan(data, 1, 2));
    for (int steps : new int[] {4, 3, 2, 7, 9}) {
      assertThat(climb(broken, after(steps))).as("stopped after " + steps).isFalse();
    }
    assertThat(climb(broken, () -> false)).isTrue();
    assertThat(numbers(broken)).isEqualTo(numbers(whole));
  }

  @Test
  void sizesThatAreDoneAreNotTrainedAgain() throws IOException {
    Path run = begin("run", TinyLadder.plan(data, 1, 2));
    climb(run, () -> false);
    Path table = run.resolve("scaling.csv");
    List<String> lines = Files.readAllLines(table);
    String marked = lines.get(1).replaceFirst("[^,]*$", "123.5");
    Files.write(table, List.of(lines.get(0), marked)); // as if killed while d = 2 ran
    assertThat(climb(run, () -> false)).isTrue();
    List<String> after = Files.readAllLines(table);
    assertThat(after.get(1)).isEqualTo(marked);
    // the last state of d = 2 was its end: nothing is left to train, and no speed to measure
    assertThat(after.get(2)).isEqualTo(lines.get(2).replaceFirst("[^,]*$", ""));
    assertThat(climb(run, () -> true)).as("nothing is left to stop").isTrue();
  }

  @Test
  void theTokenizerOfAModelIsUsed() throws IOException {
    Path first = begin("first", TinyLadder.plan(data, 1, 2));
    climb(first, () -> false);
    Path model = folder.resolve("model");
    Files.createDirectories(model);
    Files.copy(first.resolve("vae.safetensors"), model.resolve("vae.safetensors"));
    Files.writeString(model.resolve("config.json"), TinyLadder.MODEL);
    Path run = begin("run", TinyLadder.plan(data, Optional.of(model), 1, 2));
    assertThat(climb(run, () -> false)).isTrue();
    assertThat(run.resolve("tokenizer")).doesNotExist();
    assertThat(numbers(run)).isEqualTo(numbers(first));
  }

  @Test
  void classFoldersWillDoAndEveryTwentiethIsHeldOut() throws IOException {
    Path images = folder.resolve("images");
    TinyLadder.writeImages(images, 30);
    Path run = begin("run", TinyLadder.plan(images, 1, 2));
    ImageData found = ScalingData.open(ScalingPlan.load(run), SIZE);
    assertThat(found.training().count()).isEqualTo(57);
    assertThat(found.heldOut().count()).isEqualTo(3);
    assertThat(climb(run, () -> false)).isTrue();
    assertThat(numbers(run)).hasSize(2);
  }

  @Test
  void aTableOfSomethingElseIsRefused() throws IOException {
    Path run = begin("run", TinyLadder.plan(data, 1, 2));
    Files.writeString(run.resolve("scaling.csv"), "step,loss\n");
    assertThatThrownBy(() -> climb(run, () -> false))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("scaling.csv: line 1: expected d,N");
  }
}
