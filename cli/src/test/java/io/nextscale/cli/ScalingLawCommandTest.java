package io.nextscale.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.nextscale.var.image.PngFile;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScalingLawCommandTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @TempDir Path folder;

  private int run(String... more) {
    String[] args = new String[more.length + 3];
    args[0] = "scaling-law";
    args[1] = "--out";
    args[2] = folder.resolve("run").toString();
    System.arraycopy(more, 0, args, 3, more.length);
    return Main.run(
        args,
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8));
  }

  private void refused(int code, String message, String... options) {
    err.reset();
    assertThat(run(options)).as(String.join(" ", options)).isEqualTo(code);
    String text = err.toString(StandardCharsets.UTF_8);
    assertThat(text.lines()).as(text).hasSize(1);
    assertThat(text).startsWith("nextscale: ").contains(message);
    assertThat(folder.resolve("run")).doesNotExist();
  }

  @Test
  void wrongOptionsAreRefusedBeforeAnythingIsWritten() {
    refused(2, "depths [2]: expected at least two different ones", "--depths", "2,2");
    refused(2, "depths [0, 1]", "--depths", "1,0");
    refused(2, "--depths", "--depths", "1,small");
    refused(2, "images 3: expected", "--images", "3");
    refused(2, "held-out images 0: expected 1 and more", "--held-out", "0");
    refused(2, "steps of the tokenizer 0", "--tokenizer-steps", "0");
    refused(2, "rate -1.0: expected above 0", "--rate", "-1");
    refused(2, "--dtype f16: expected f32 or bf16", "--dtype", "f16");
    refused(2, "--threads 0: expected 1 to", "--threads", "0");
    refused(1, "fetch them with bin/fetch-fashion-mnist", "--data", "no/such/folder");
    refused(1, "there is no run to resume", "--resume");
    refused(1, "no/such/model", "--model", "no/such/model");
  }

  @Test
  void aLadderIsClimbed() throws IOException {
    Path images = folder.resolve("images");
    writeImages(images);
    String[] options = {
      "--data", images.toString(), "--depths", "1,2", "--images", "24", "--tokenizer-steps", "4"
    };
    assertThat(run(options)).as(err.toString(StandardCharsets.UTF_8)).isZero();
    String table = out.toString(StandardCharsets.UTF_8);
    assertThat(table).contains("N_all").contains("L_last ").contains("Err_all ");
    Path run = folder.resolve("run");
    assertThat(table).endsWith(run + System.lineSeparator());
    assertThat(Files.readAllLines(run.resolve("scaling.csv"))).hasSize(3);
    assertThat(run.resolve("scaling.png")).isRegularFile();
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("d = 2: ");

    out.reset();
    assertThat(run("--resume", "--quiet")).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo(table);
    err.reset();
    assertThat(run(options)).isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("holds a run already");
  }

  private static void writeImages(Path folder) throws IOException {
    SplittableRandom random = new SplittableRandom(5);
    for (String name : new String[] {"a", "b"}) {
      Path own = Files.createDirectories(folder.resolve(name));
      for (int i = 0; i < 20; i++) {
        BufferedImage image = new BufferedImage(32, 32, BufferedImage.TYPE_INT_RGB);
        for (int pixel = 0; pixel < 32 * 32; pixel++) {
          image.setRGB(pixel % 32, pixel / 32, random.nextInt(1 << 24));
        }
        PngFile.write(own.resolve(i + ".png"), image, Map.of());
      }
    }
  }
}
