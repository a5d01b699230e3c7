package io.nextscale.tests;

import static io.nextscale.tests.CommandLineRun.floats;
import static io.nextscale.tests.CommandLineRun.longs;
import static io.nextscale.tests.Fixture.assertClose;
import static io.nextscale.tests.FlexVarCommandLineTest.assertSize;
import static io.nextscale.tests.SampledPixels.strided;
import static org.assertj.core.api.Assertions.assertThat;

import io.nextscale.var.checkpoint.Checkpoint;
import io.nextscale.var.checkpoint.StoredTensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command line on ground-truth tokenizers, and token files at chosen scales. */
class FlexVarTokenizerCommandTest {
  private static final Path MODEL = Fixture.resource("golden/flexvar-512-15step");
  private static final Path TOKENIZER = Fixture.resource("golden/llamagen-tokenizer");

  @TempDir Path folder;

  private CommandLineRun cli;

  @BeforeEach
  void start() {
    cli = new CommandLineRun(folder);
  }

  private Path file(String name) {
    return folder.resolve(name);
  }

  @Test
  void aTokenizerAloneShowsEveryScale() {
    Path trace = file("t.safetensors");
    cli.succeeds(
        "reconstruct --scales 1,4,16",
        "--vae",
        TOKENIZER.resolve("vae.pth"),
        "--image",
        TOKENIZER.resolve("input_0.png"),
        "--out",
        file("r.png"),
        "--sheet",
        file("sheet.png"),
        "--trace",
        trace);
    assertThat(cli.out().lines())
        .hasSize(6)
        .anyMatch(line -> line.matches(".*r_scales/scale_01.png  grid 4x4  size 64x64  PSNR .* dB"))
        .anyMatch(line -> line.matches(".*r.png  PSNR .* dB"));
    assertSize(file("r_scales/scale_00.png"), 16, 16);
    assertSize(file("r_scales/scale_02.png"), 256, 256);
    assertThat(file("sheet.png")).exists();
    try (Fixture golden = new Fixture(TOKENIZER);
        Checkpoint written = Checkpoint.open(trace)) {
      Map<String, StoredTensor> tensors = written.tensors();
      assertThat(longs(tensors.get("tokens"))).containsExactly(golden.longs("vae.p3.tokens"));
      int[] strides = {1, 3, 9};
      for (int k = 0; k < strides.length; k++) {
        float[] decoded = floats(tensors.get("decoded_" + k));
        int side = (int) tensors.get("decoded_" + k).shape()[3];
        assertClose(
            "scale " + k,
            strided(decoded, side, side, strides[k]),
            golden.floats("vae.multi_scale_decode." + k + ".s" + strides[k]),
            VarGoldenTest.IMAGES);
      }
      assertThat(floats(tensors.get("decoded"))).isEqualTo(floats(tensors.get("decoded_2")));
    }
  }

  @Test
  void aFolderWithoutATransformerTokenizes() {
    Path tokens = file("t.safetensors");
    cli.succeeds(
        "tokenize --steps 6",
        "--model",
        TOKENIZER,
        "--image",
        TOKENIZER.resolve("input_0.png"),
        "--out",
        tokens);
    cli.succeeds("reconstruct", "--model", TOKENIZER, "--tokens", tokens, "--out", file("r.png"));
    assertSize(file("r.png"), 256, 256);
    assertThat(cli.run("sample", "--class", 1, "--model", TOKENIZER)).isEqualTo(1);
    assertThat(cli.err()).contains("transformer");
    cli.succeeds("inspect", TOKENIZER);
    assertThat(cli.out()).contains("transformer     none", "16384x8");
  }

  @Test
  void tokenFilesNameTheirScales() throws IOException {
    Path tokens = file("t.safetensors");
    Path image = MODEL.resolve("input_0.png");
    cli.succeeds("tokenize --scales 1,3x2,16", "--model", MODEL, "--image", image, "--out", tokens);
    try (Checkpoint written = Checkpoint.open(tokens)) {
      assertThat(written.tensors().get("tokens").shape()).containsExactly(1, 263);
      assertThat(written.tensors().get("encoded").shape()).containsExactly(1, 12, 16, 16);
    }
    cli.succeeds("score --class 3", "--model", MODEL, "--tokens", tokens);
    assertThat(cli.out()).contains("3x2").contains("263");
    cli.succeeds("score --class 3 --scales 1,3x2,16", "--model", MODEL, "--image", image);
    assertThat(cli.out()).contains("3x2").contains("263");
    cli.failsWith(
        "--scales names 1,2,16",
        "score",
        "--class",
        3,
        "--model",
        MODEL,
        "--tokens",
        tokens,
        "--scales",
        "1,2,16");
  }
}
