package io.nextscale.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.nextscale.evaluate.inception.FormulaWeights;
import io.nextscale.evaluate.npz.NpyStream;
import io.nextscale.evaluate.npz.NpzFile;
import io.nextscale.torch.Torch;
import io.nextscale.var.checkpoint.Checkpoint;
import io.nextscale.var.image.PixelArray;
import io.nextscale.var.image.PngFile;
import io.nextscale.var.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A set of samples is made in parts, interrupted and packed, and evaluated, by the commands. */
class EvaluationCommandsTest {
  private static final int COUNT = 23;

  @TempDir Path folder;

  private CommandLineRun cli;

  @BeforeEach
  void start() {
    cli = new CommandLineRun(folder);
  }

  private void sampleSet(Path out, Object... more) {
    Object[] arguments = new Object[more.length + 2];
    arguments[0] = "--out";
    arguments[1] = out;
    System.arraycopy(more, 0, arguments, 2, more.length);
    cli.succeeds("sample-set --count 23 --batch 4 --seed 5", arguments);
  }

  private static Path file(Path set, int index) {
    return set.resolve("000/%06d.png".formatted(index));
  }

  @Test
  void partsAndInterruptedRunsGiveTheBytesOfOneRun() throws IOException {
    Path whole = folder.resolve("whole");
    Path parts = folder.resolve("parts");
    Path npz = folder.resolve("whole.npz");
    sampleSet(whole, "--npz", npz);
    sampleSet(parts, "--part", "2/3");
    assertThat(cli.err()).contains("of the other parts");
    sampleSet(parts, "--part", "1/3");
    sampleSet(parts, "--part", "3/3");
    Files.delete(file(parts, 9)); // as if the run had been killed within a block
    sampleSet(parts, "--part", "3/3");

    for (int i = 0; i < COUNT; i++) {
      assertThat(file(parts, i)).hasSameBinaryContentAs(file(whole, i));
    }
    Map<String, String> text = PngFile.readText(file(whole, 20));
    int classes = Integer.parseInt(classesOf(whole));
    assertThat(text)
        .containsEntry("class", Integer.toString(20 % classes))
        .containsEntry("seed", "25");
    try (NpzFile packed = NpzFile.open(npz);
        NpyStream array = packed.array("arr_0")) {
      assertThat(array.shape()).containsExactly(COUNT, 64, 64, 3);
    }
  }

  private static String classesOf(Path set) throws IOException {
    String manifest = Files.readString(set.resolve("manifest.json"));
    return manifest.replaceAll("(?s).*\"classes\"\\s*:\\s*(\\d+).*", "$1");
  }

  /** The figures of the demo model's images against emoji that it was not trained on. */
  @Test
  void samplesAreComparedWithTheHeldOutEmoji() throws IOException {
    Path reference = folder.resolve("held-out");
    List<PixelArray> heldOut = HeldOutEmoji.read().images();
    for (int i = 0; i < 32; i++) {
      write(reference, i, heldOut.get(i));
    }
    Path set = folder.resolve("set");
    sampleSet(set);
    Path weights = FormulaWeights.write(folder.resolve("weights.safetensors"));
    Map<?, ?> figures = figures(set, reference, weights);
    System.out.println("  " + figures);
    assertThat(figures.get("samples")).isEqualTo((long) COUNT);
    assertThat(figures.get("references")).isEqualTo(32L);
    // on another processor a token of an image may differ
    assertThat(number(figures, "fid")).isCloseTo(77.3, within(4.0));
    assertThat(number(figures, "sfid")).isCloseTo(552, within(28.0));
    assertThat(number(figures, "inception_score")).isCloseTo(1.178, within(0.02));
    assertThat(number(figures, "precision")).isCloseTo(20.0 / COUNT, within(2.0 / COUNT));
    assertThat(number(figures, "recall")).isCloseTo(24.0 / 32, within(3.0 / 32));
  }

  private static void write(Path images, int index, PixelArray image) throws IOException {
    Files.createDirectories(images);
    PngFile.write(images.resolve("%02d.png".formatted(index)), image.toImage(), Map.of());
  }

  private Map<?, ?> figures(Path samples, Path reference, Path weights) throws IOException {
    Path json = folder.resolve("figures.json");
    cli.succeeds(
        "evaluate --any-inception --samples",
        samples,
        "--reference",
        reference,
        "--inception",
        weights,
        "--json",
        json);
    assertThat(cli.err()).contains("nextscale: warning: " + COUNT + " samples: tables use 50,000");
    return (Map<?, ?>) Json.parse(Files.readAllBytes(json));
  }

  private static double number(Map<?, ?> figures, String name) {
    return ((Number) figures.get(name)).doubleValue();
  }

  @Test
  void otherParametersAreRefused() throws IOException {
    Path set = folder.resolve("set");
    cli.succeeds("sample-set --count 2 --quiet --out", set);
    cli.failsWith("seed is 0, not 9", "sample-set", "--count", 2, "--seed", 9, "--out", set);
    assertThat(cli.run("sample-set", "--count", 2, "--part", "3/2", "--out", set)).isEqualTo(2);
    assertThat(cli.err()).contains("--part 3/2");
  }

  @Test
  void aSetIsEvaluatedEndToEnd() throws IOException {
    Path set = folder.resolve("set");
    Path weights = FormulaWeights.write(folder.resolve("weights.safetensors"));
    Path statistics = folder.resolve("statistics.npz");
    Path json = folder.resolve("figures.json");
    Path kept = folder.resolve("kept");
    Path features = folder.resolve("features.safetensors");
    cli.succeeds("sample-set --count 6 --quiet --out", set);
    cli.succeeds(
        "evaluate --any-inception --quiet --samples",
        set,
        "--inception",
        weights,
        "--statistics",
        statistics,
        "--features",
        kept);
    cli.succeeds(
        "evaluate --any-inception --quiet --samples",
        set,
        "--inception",
        weights,
        "--reference",
        statistics,
        "--features",
        features,
        "--json",
        json);
    assertThat(cli.err()).isEmpty();
    assertThat(Files.readString(json)).contains("6 samples: tables use 50,000");
    try (Checkpoint written = Checkpoint.open(features)) {
      assertThat(written.tensors().get("pool3").shape()).containsExactly(6, 2048);
      assertThat(written.tensors().get("spatial").shape()).containsExactly(6, 2023);
      assertThat(written.tensors().get("logits").shape()).containsExactly(6, 1008);
    }
    assertThat(cli.out()).contains("FID", "0.0000", "(6 samples)", "protocol openai");
    assertThat(Files.readString(json)).contains("\"fid\"", "\"samples\"");
    long live = Torch.liveTensors();

    cli.failsWith(
        "not the official weights",
        "evaluate",
        "--samples",
        set,
        "--inception",
        weights,
        "--reference",
        statistics);
    cli.failsWith(
        "do not compare with protocol clean",
        "evaluate",
        "--any-inception",
        "--protocol",
        "clean",
        "--samples",
        set,
        "--inception",
        weights,
        "--reference",
        statistics);
    assertThat(Torch.liveTensors()).isEqualTo(live);
  }
}
