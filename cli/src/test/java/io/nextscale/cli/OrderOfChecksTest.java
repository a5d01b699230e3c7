package io.nextscale.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.nextscale.var.image.PngFile;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Arguments, names and places are checked before images are fetched, read or computed: of two
 * mistakes the one that costs nothing is reported.
 */
class OrderOfChecksTest {
  private static final String ROOT = "nextscale.root";

  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @TempDir private Path folder;

  private String oldRoot;
  private Path fetched;

  @BeforeEach
  void standInForTheScript() throws IOException {
    oldRoot = System.getProperty(ROOT);
    fetched = folder.resolve("fetched");
    Path script = Files.createDirectory(folder.resolve("bin")).resolve("fetch-emoji");
    Files.writeString(script, "#!/bin/sh\ntouch '" + fetched + "'\n");
    assertThat(script.toFile().setExecutable(true)).isTrue();
    System.setProperty(ROOT, folder.toString());
  }

  @AfterEach
  void restore() {
    if (oldRoot == null) {
      System.clearProperty(ROOT);
    } else {
      System.setProperty(ROOT, oldRoot);
    }
  }

  private int run(String... args) {
    err.reset();
    return Main.run(
        args,
        new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8));
  }

  private String error() {
    String text = err.toString(StandardCharsets.UTF_8);
    assertThat(text.lines()).as(text).hasSize(1);
    return text;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          1 | sample --class bird --model /nonexistent --out /nonexistent/a.png | --out /nonexistent/a.png
          1 | sample --class bird --model /nonexistent --gif /nonexistent/a.gif | --gif /nonexistent/a.gif
          2 | sample --class bird --model /nonexistent --sheet a.jpg            | --sheet a.jpg
          2 | sample --class bird --model /nonexistent --batch 0                | --batch 0
          2 | sample --class bird --model /nonexistent --out a.png --sheet a.png | --out and --sheet both name
          1 | sample --class unicorn --tokens /nonexistent --keep-scales 1      | unicorn
          1 | edit --image /nonexistent --mask /nonexistent --trace /nonexistent/a.safetensors | --trace
          1 | edit --image /nonexistent --mask /nonexistent --class unicorn     | unicorn
          1 | edit --image /nonexistent --box 0,0,1,1 --class unicorn           | unicorn
          1 | refine --image /nonexistent --model demo:emoji-var                | refine:
          2 | refine --image /nonexistent --timings ''                          | --timings
          1 | expand --image /nonexistent --model demo:emoji-var                | expand:
          2 | tokenize --image a --out a.safetensors --model /nonexistent --steps 0 | --steps 0
          1 | reconstruct --image /nonexistent --sheet /nonexistent/a.png       | --sheet
          1 | reconstruct --image /nonexistent --all-scales /nonexistent/a/b    | --all-scales
          2 | reconstruct --image /nonexistent --out a.jpg                      | --out a.jpg
          2 | reconstruct --image /nonexistent --scales-used 0                  | --scales-used 0
          2 | score --image /nonexistent                                        | --class is missing
          1 | score --image /nonexistent --class unicorn                        | unicorn
          1 | score --tokens /nonexistent --class unicorn                       | unicorn
          2 | evaluate --samples /nonexistent --inception a --statistics a.npz --json a.json | --json needs --reference
          2 | evaluate --samples /nonexistent --inception a --reference a --json a.json --statistics a.npz --features '' | --features
          1 | evaluate --samples /nonexistent --inception a --reference a --features /nonexistent/a.safetensors | --features
          1 | evaluate --samples . --inception /nonexistent --reference /nonexistent | --reference /nonexistent
          1 | evaluate --samples . --inception /nonexistent --statistics a.npz  | --inception /nonexistent
          1 | sample-set --count 1 --out /dev/null/a --model /nonexistent       | --out /dev/null/a
          2 | sample-set --count 1 --out never --model /nonexistent --steps 0   | --steps 0
          1 | sample-set --count 1 --out never --top-k 5000 --keep-best 1/2 --inception /nonexistent --label-map /nonexistent | top-k 5000
          1 | scaling-law --out /dev/null/a --data /nonexistent --model /nonexistent | --out /dev/null/a
          1 | scaling-law --out never --data /nonexistent --model /nowhere      | /nowhere
          """)
  void theCheaperMistakeIsReported(int code, String line, String message) {
    String[] args =
        Arrays.stream(line.split(" ")).map(arg -> arg.replace("''", "")).toArray(String[]::new);
    assertThat(run(args)).isEqualTo(code);
    assertThat(error()).startsWith("nextscale: ").contains(message);
    assertThat(Path.of("never")).doesNotExist();
  }

  @Test
  void imagesAreComparedBeforeTheFirstIsDecoded() throws IOException {
    Path damaged = folder.resolve("damaged.png");
    Path other = folder.resolve("other.png");
    PngFile.write(damaged, new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB), Map.of());
    PngFile.write(other, new BufferedImage(48, 64, BufferedImage.TYPE_INT_RGB), Map.of());
    damagePixels(damaged);
    for (String[] command :
        new String[][] {{"reconstruct"}, {"edit", "--box", "0,0,1,1"}, {"score", "--class", "1"}}) {
      String[] images = {"--model", "demo:emoji-flexvar", "--image", damaged + "," + other};
      assertThat(run(with(command, images))).isEqualTo(1);
      assertThat(error()).contains("other.png is 64x48", "damaged.png is 64x64");
    }
    assertThat(run("reconstruct", "--image", damaged.toString())).isEqualTo(1);
    assertThat(error()).contains("damaged.png");
  }

  /** Spoils the compressed pixels of a PNG file; its chunks and their checksums stay right. */
  private static void damagePixels(Path png) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(png));
    int data = 33; // after signature and header
    int length = bytes.getInt(data);
    bytes.put(data + 8, (byte) 0xff);
    CRC32 sum = new CRC32();
    sum.update(bytes.array(), data + 4, 4 + length);
    bytes.putInt(data + 8 + length, (int) sum.getValue());
    Files.write(png, bytes.array());
  }

  @Test
  void trainFetchesNothingForAModelOrPlaceThatIsWrong() throws IOException {
    assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "no shell that runs the script");
    String[] train = {"train", "--recipe", "emoji-var", "--minutes", "1", "--out"};
    String[] run = with(train, folder.resolve("run").toString());
    Path file = Files.writeString(folder.resolve("a.pth"), "no weights");
    Path other = Files.createDirectory(folder.resolve("other"));
    String image = folder.resolve("a.png").toString();

    refused(with(train, file + "/run"), "--out " + file + "/run");
    refused(with(run, "--from", other.toString()), other.toString());
    refused(with(run, "--tokenizer", file.toString()), file.toString());
    refused(with(run, "--held-out", "/nonexistent"), "--held-out /nonexistent: no such folder");
    refused(with(run, "--data", image), "--data " + image + ": no such folder");
    refused(with(run, "--fid-samples", "9", "--inception", file.toString()), file.toString());
    refused(with(run, "--threads", "0"), "--threads 0");

    assertThat(run(run)).isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("fetch them with bin/fetch-emoji");
    assertThat(fetched).exists(); // with nothing wrong, the script runs
    assertThat(folder.resolve("run")).doesNotExist();
  }

  private void refused(String[] args, String message) {
    assertThat(run(args)).as(String.join(" ", args)).isIn(1, 2);
    assertThat(error()).contains(message);
    assertThat(fetched).doesNotExist();
    assertThat(folder.resolve("run")).doesNotExist();
  }

  private static String[] with(String[] first, String... more) {
    return Stream.concat(Stream.of(first), Stream.of(more)).toArray(String[]::new);
  }
}
