package io.nextscale.tests;

import static io.nextscale.tests.CommandLineRun.longs;
import static org.assertj.core.api.Assertions.assertThat;

import io.nextscale.var.checkpoint.Checkpoint;
import io.nextscale.var.checkpoint.StoredTensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code sample --tokens}: images that start from the token maps of another one. */
class TokenStartTest {
  private static final int KEPT_SCALES = 3;
  private static final int KEPT_TOKENS = 1 + 4 + 9;

  @TempDir Path folder;

  private CommandLineRun cli;
  private Path first;

  @BeforeEach
  void generate() {
    cli = new CommandLineRun(folder);
    first = folder.resolve("first.safetensors");
    cli.succeeds("sample --class 1,2 --seed 5", "--trace", first, "--out", folder.resolve("first"));
  }

  @Test
  void keepsTheFirstScalesOfOneImage() {
    Path trace = folder.resolve("more.safetensors");
    cli.succeeds(
        "sample --class 2 --count 3 --seed 50 --tokens-image 1 --keep-scales " + KEPT_SCALES,
        "--tokens",
        first,
        "--trace",
        trace,
        "--out",
        folder.resolve("more"));
    long[] given = tokens(first);
    long[] made = tokens(trace);
    int length = given.length / 2;
    long[] start = Arrays.copyOfRange(given, length, length + KEPT_TOKENS);
    for (int b = 0; b < 3; b++) {
      assertThat(Arrays.copyOfRange(made, b * length, b * length + KEPT_TOKENS))
          .containsExactly(start);
    }
    assertThat(Arrays.copyOfRange(made, 0, length))
        .isNotEqualTo(Arrays.copyOfRange(made, length, 2 * length));
  }

  @Test
  void allScalesKeptGiveTheSameTokens() {
    Path trace = folder.resolve("same.safetensors");
    start("--keep-scales 6", first, trace);
    long[] given = tokens(first);
    assertThat(tokens(trace)).containsExactly(Arrays.copyOf(given, given.length / 2));
  }

  @Test
  void refusesScalesAndImagesThatTheFileLacks() throws IOException {
    refuses("--keep-scales 7: " + first + " has 6 scales, 1,2,3,4,6,8", "0", "7");
    refuses("--tokens-image 2: " + first + " has the images 0 to 1", "2", "3");
  }

  /** A trace of an edit has two token maps: those of the images are taken. */
  @Test
  void startsFromTheImagesOfAnEdit() {
    Path edited = folder.resolve("edited.safetensors");
    start("--keep-scales 4", first, edited);
    Path again = folder.resolve("again.safetensors");
    start("--keep-scales 6", edited, again);
    assertThat(tokens(again)).containsExactly(tokens(edited));
  }

  private void start(String options, Path given, Path trace) {
    cli.succeeds(
        "sample --class 1 --seed 7 " + options,
        "--tokens",
        given,
        "--trace",
        trace,
        "--out",
        folder.resolve("image.png"));
  }

  private void refuses(String message, String image, String kept) throws IOException {
    Path out = folder.resolve("out.png");
    cli.failsWith(
        message,
        "sample",
        "--class",
        "1",
        "--tokens",
        first,
        "--tokens-image",
        image,
        "--keep-scales",
        kept,
        "--out",
        out);
  }

  private static long[] tokens(Path trace) {
    try (Checkpoint written = Checkpoint.open(trace)) {
      Map<String, StoredTensor> tensors = written.tensors();
      return longs(tensors.getOrDefault("used", tensors.get("tokens")));
    }
  }
}
