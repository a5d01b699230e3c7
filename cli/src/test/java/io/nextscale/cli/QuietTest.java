package io.nextscale.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * With {@code --quiet} stderr shows errors only: neither progress nor notes nor warnings. Every
 * line that a test expects without it is missing with it.
 */
class QuietTest {
  private static final String ROOT = "nextscale.root";

  @TempDir private Path folder;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int run(List<String> arguments) {
    out.reset();
    err.reset();
    return Main.run(
        arguments.toArray(new String[0]),
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8));
  }

  private String error() {
    return err.toString(StandardCharsets.UTF_8);
  }

  /** Runs a line, whose * is another name at each run, without and with {@code --quiet}. */
  private void quiet(String line, String... expected) {
    List<String> words = Arrays.asList(line.replace("*", "loud").split(" "));
    assertThat(run(words)).as(error()).isZero();
    assertThat(error()).contains(expected);
    List<String> silent = new ArrayList<>(List.of(line.replace("*", "quiet").split(" ")));
    silent.add("--quiet");
    assertThat(run(silent)).as(error()).isZero();
    assertThat(error()).isEmpty();
  }

  private String file(String name) {
    return folder.resolve(name).toString();
  }

  @Test
  void generationsAreQuiet() {
    quiet(
        "sample --class bird --model demo:emoji-flexvar --scales 1,25x1 --out " + file("*.png"),
        "nextscale: warning: images of 200x8",
        "scale 2/2");
    String image = " --image " + file("loud.png") + " --out " + file("e*.png");
    quiet("edit --box 0,0,1,1 --model demo:emoji-flexvar" + image, "scale ");
    quiet("refine --size 400x16" + image, "scale ");
    quiet("expand --size 400x8" + image, "scale ");
  }

  @Test
  void imagesThatLieOnTheirSideAreReadQuietly() throws IOException {
    String image = " --image " + turned();
    String expected = "its orientation tag 6 is not applied";
    quiet("tokenize --out " + file("*.safetensors") + image, expected);
    quiet("reconstruct --out " + file("*.png") + image, expected);
    quiet("score --class bird" + image, expected);
  }

  @Test
  void foldersAreScoredQuietlyAndSayWhatWasSkipped() throws IOException {
    Path data = Files.createDirectories(folder.resolve("data/bird"));
    Files.move(turned(), data.resolve("a.jpg"));
    Files.writeString(data.resolve("broken.png"), "no image");
    quiet("score --data " + data.getParent(), "broken.png", "scored image");
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("1 skipped");
  }

  @Test
  void partsOfASetAreMadeQuietly() {
    quiet(
        "sample-set --count 4 --part 1/4 --npz " + file("a.npz") + " --out " + file("*"),
        "image 1/1",
        "3 images of the other parts are not there yet");
    assertThat(out.toString(StandardCharsets.UTF_8)).doesNotContain("a.npz");
  }

  @Test
  void trainingIsQuiet() throws IOException {
    Path images = SmallRecipe.images(folder);
    Files.writeString(images.resolve("dark/broken.png"), "no image");
    Path recipe = Files.writeString(folder.resolve("recipe.json"), SmallRecipe.TEXT);
    quiet(
        "train --tokenizer-steps 2 --transformer-steps 2 --recipe "
            + (recipe + " --data " + images + " --out " + file("*")),
        "warning: ",
        "broken.png",
        "tokenizer: 2 steps",
        "held_out_loss");
  }

  @Test
  void theOtherCommandsHaveTheOption() {
    for (String line : List.of("inspect", "doctor", "--version")) {
      assertThat(run(List.of(line, "--quiet"))).isZero();
      assertThat(out.size()).isPositive();
      assertThat(error()).isEmpty();
    }
    assertThat(run(List.of("--quiet", "inspect", "no such file"))).isEqualTo(1);
    assertThat(error()).isEqualTo("nextscale: no such file: no such file or folder\n");
  }

  @Test
  void aScriptThatFetchesImagesIsHeardOnlyIfItFails() throws IOException {
    assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "no shell that runs the script");
    String old = System.setProperty(ROOT, folder.toString());
    try {
      List<String> train =
          List.of("train", "--minutes", "1", "--quiet", "--out", file("run"), "--seed", "1");
      script("exit 0");
      assertThat(run(train)).isEqualTo(1);
      assertThat(error()).contains("fetch them with").doesNotContain("the reason");
      script("exit 3");
      assertThat(run(train)).isEqualTo(1);
      assertThat(error()).startsWith("the reason\n").contains("nextscale: ");
    } finally {
      if (old == null) {
        System.clearProperty(ROOT);
      } else {
        System.setProperty(ROOT, old);
      }
    }
  }

  private void script(String end) throws IOException {
    Path script = folder.resolve("bin/fetch-emoji");
    Files.createDirectories(script.getParent());
    Files.writeString(script, "#!/bin/sh\necho the reason >&2\n" + end + "\n");
    assertThat(script.toFile().setExecutable(true)).isTrue();
  }

  /** A JPEG file of 64x64 whose tag says that it lies on its side. */
  private Path turned() throws IOException {
    ByteArrayOutputStream plain = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB), "jpeg", plain);
    byte[] jpeg = plain.toByteArray();
    ByteBuffer tag = ByteBuffer.allocate(36);
    tag.putShort((short) 0xffe1).putShort((short) 34).put("Exif\0\0MM\0*".getBytes("US-ASCII"));
    tag.putInt(8).putShort((short) 1); // the directory has one entry: a short, orientation 6
    tag.putShort((short) 0x112)
        .putShort((short) 3)
        .putInt(1)
        .putShort((short) 6)
        .putShort((short) 0);
    Path file = folder.resolve("turned.jpg");
    try (var written = Files.newOutputStream(file)) {
      written.write(jpeg, 0, 2);
      written.write(tag.array());
      written.write(jpeg, 2, jpeg.length - 2);
    }
    return file;
  }
}
