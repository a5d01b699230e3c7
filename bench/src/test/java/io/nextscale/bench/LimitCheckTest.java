package io.nextscale.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LimitCheckTest {
  @TempDir Path folder;

  private LimitOptions options;
  private LimitCheck check;

  /** Writes results, which are then read back. */
  @BeforeEach
  void keep() throws IOException {
    Path file = folder.resolve("new").resolve("kept.json");
    options = LimitOptions.parse("--json", file.toString(), "var-d16", "f32", "2");
    LimitJson.write(options, SampleResults.SPEC, SampleResults.of(4, 2.5, 0.02));
    check = LimitCheck.against(file, options, RunConditions.now(options));
  }

  @Test
  void equalAndSlightlyLowerResultsPass() {
    assertThat(check.compare(SampleResults.of(4, 2.5, 0.02))).isEmpty();
    assertThat(check.compare(SampleResults.of(4.3, 2.7, 0.035))).isEmpty();
    assertThat(check.compare(SampleResults.of(1, 1, 0))).isEmpty();
  }

  @Test
  void namesEveryWorseFigure() {
    List<String> worse = check.compare(SampleResults.of(4, 3.5, 0.05));
    assertThat(worse).hasSize(5);
    assertThat(worse.get(0)).startsWith("guided decode: 0.5").contains("kept 0.7");
    assertThat(worse.get(1)).startsWith("guided total: ");
    assertThat(worse.get(2)).startsWith("unguided decode: ");
    assertThat(worse.get(4)).isEqualTo("outside operators: 0.050, kept 0.020");
  }

  @Test
  void resultsOfAnotherModelOrTypeAreRefused() {
    Path file = folder.resolve("new").resolve("kept.json");
    LimitOptions other = LimitOptions.parse("var-d16", "bf16");
    assertThatThrownBy(() -> LimitCheck.against(file, other, RunConditions.now(other)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith("has results of var-d16 f32, this run is of var-d16 bf16");
  }

  /** Another number of threads, or other instructions: the fractions would not compare. */
  @Test
  void machinesOfAnotherKindAreRefused() throws IOException {
    Path file = folder.resolve("new").resolve("kept.json");
    assertThat(check.differences()).isEmpty();
    RunConditions here = RunConditions.now(options);
    Map<String, String> kind = new LinkedHashMap<>(here.kind());
    kind.put("threads", "77");
    kind.put("instructions of libtorch's kernels", "AVX1024");
    Map<String, String> others = new LinkedHashMap<>(here.others());
    others.put("processor", "another");
    RunConditions there = new RunConditions(kind, others);
    assertThatThrownBy(() -> LimitCheck.against(file, options, there))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("kept.json: the kept results are of another kind")
        .hasMessageContaining("\n  threads: 77, kept " + here.kind().get("threads") + "\n")
        .hasMessageContaining("\n  instructions of libtorch's kernels: AVX1024, kept ")
        .hasMessageContaining("--json FILE")
        .hasMessageEndingWith("compare with --anyway");
    LimitOptions anyway = LimitOptions.parse("--anyway", "var-d16", "f32", "2");
    LimitCheck compared = LimitCheck.against(file, anyway, there);
    assertThat(compared.differences())
        .hasSize(3)
        .last()
        .asString()
        .startsWith("processor: another, kept ");
    assertThat(compared.compare(SampleResults.of(4, 2.5, 0.02))).isEmpty();
  }

  /** The same processor name, but only one of them has instructions for bfloat16. */
  @Test
  void bfloat16WithAndWithoutInstructionsDiffers() {
    RunConditions with = kept("bf16", "fma", "avx2", "avx512_bf16");
    RunConditions without = kept("bf16", "fma", "avx2");
    assertThat(with.differentKind(without))
        .containsExactly("bfloat16: by instructions of the processor, kept without instructions");
    assertThat(kept("f32", "fma", "avx512_bf16").differentKind(kept("f32", "fma"))).isEmpty();
  }

  private static RunConditions kept(String type, String... instructions) {
    return RunConditions.of(
        new ResultNode(
            Map.of(
                "machine",
                Map.of("cpu", "AMD EPYC", "instructions", List.of(instructions)),
                "versions",
                Map.of(
                    "threads",
                    2,
                    "libtorch",
                    "2.13.0",
                    "java",
                    "25",
                    "libtorch_build",
                    List.of("CPU capability usage: AVX512"),
                    "environment",
                    Map.of()),
                "compute_type",
                type,
                "quick",
                false)));
  }

  @Test
  void filesOfOtherKindsAreRefused() throws IOException {
    Path list = Files.writeString(folder.resolve("list.json"), "[1]");
    assertThatThrownBy(() -> LimitCheck.against(list, options, RunConditions.now(options)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected an object");
    Path empty = Files.writeString(folder.resolve("empty.json"), "{}");
    assertThatThrownBy(() -> LimitCheck.against(empty, options, RunConditions.now(options)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not a result of bench/run");
  }

  /** The image must have lines in the colour of the first file. */
  @Test
  void drawsKeptResults() throws IOException {
    Path png = folder.resolve("plot.png");
    ResultPlot.main(
        new String[] {png.toString(), folder.resolve("new").resolve("kept.json").toString()});
    BufferedImage image = ImageIO.read(png.toFile());
    assertThat(image.getWidth()).isEqualTo(1280);
    int colored = 0;
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        colored += image.getRGB(x, y) == 0xff1f5fa8 ? 1 : 0;
      }
    }
    assertThat(colored).isGreaterThan(200);
  }
}
