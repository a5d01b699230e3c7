package io.nextscale.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.nextscale.var.checkpoint.Checkpoint;
import io.nextscale.var.image.PixelArray;
import io.nextscale.var.image.PngFile;
import io.nextscale.var.json.Json;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code score --data} with the embedded model: folders of classes, and errors in them. */
class ScoreFolderTest {
  private static final int EACH = 3 * 64 * 64;

  @TempDir Path folder;

  private CommandLineRun cli;
  private Path data;

  @BeforeEach
  void start() throws IOException {
    cli = new CommandLineRun(folder);
    data = Files.createDirectory(folder.resolve("data"));
  }

  /** Reads an image that the model was not trained on. */
  private static PixelArray image(int index) {
    try (Checkpoint held = Checkpoint.open(Fixture.resource("emoji-var/eval_tokens.safetensors"))) {
      byte[] pixels = held.tensors().get("images").data().toArray(ValueLayout.JAVA_BYTE);
      float[] values = new float[EACH];
      for (int i = 0; i < EACH; i++) {
        values[i] = (pixels[index * EACH + i] & 0xff) / 127.5f - 1;
      }
      return PixelArray.of(64, 64, values);
    }
  }

  private Path put(String name, int index) throws IOException {
    Path file = data.resolve(name);
    Files.createDirectories(file.getParent());
    PngFile.write(file, image(index).toImage(), Map.of());
    return file;
  }

  private Map<?, ?> json(String line, Object... more) {
    cli.succeeds(line, more);
    return (Map<?, ?>) Json.parse(cli.out().getBytes(StandardCharsets.UTF_8));
  }

  private static double number(Map<?, ?> map, String key) {
    return ((Number) map.get(key)).doubleValue();
  }

  @Test
  void agreesWithTheScoresOfTheImages() throws IOException {
    Path a = put("bird/a.png", 0);
    Path b = put("bird/b.png", 1);
    Path c = put("5/c.png", 2);
    Map<?, ?> single =
        json("score --json --quiet --class bird,bird,flower --image", a + "," + b + "," + c);
    for (int batch : new int[] {1, 2, 3}) {
      Map<?, ?> all = json("score --json --batch " + batch + " --data", data);
      assertThat(number(all, "images")).isEqualTo(3);
      assertThat(number(all, "skipped")).isZero();
      assertThat(all.containsKey("per_image_ce")).isFalse();
      for (String key : List.of("mean_ce", "accuracy", "L_last", "L_all", "Err_last", "Err_all")) {
        assertThat(number(all, key)).as(key).isCloseTo(number(single, key), within(1e-4));
      }
    }
    List<?> scales = (List<?>) single.get("per_scale_ce");
    List<?> right = (List<?>) single.get("per_scale_accuracy");
    assertThat(number(single, "L_last")).isEqualTo(((Number) scales.getLast()).doubleValue());
    assertThat(number(single, "L_all")).isEqualTo(number(single, "mean_ce"));
    assertThat(number(single, "Err_last")).isEqualTo(1 - ((Number) right.getLast()).doubleValue());
    assertThat(number(single, "Err_all")).isEqualTo(1 - number(single, "accuracy"));
  }

  @Test
  void skippedFilesAreNamedAndCounted() throws IOException {
    put("bird/a.png", 0);
    Files.writeString(data.resolve("bird/broken.png"), "no image");
    Files.writeString(data.resolve("bird/.hidden"), "no image");
    Files.createDirectory(data.resolve("ball"));
    float[] small = new float[3 * 32 * 32];
    PngFile.write(data.resolve("ball/small.png"), PixelArray.of(32, 32, small).toImage(), Map.of());
    cli.succeeds("score --data", data);
    assertThat(cli.out()).contains("1 image, nats per token, 2 skipped").contains("Err_last 0.");
    assertThat(cli.err().lines().filter(l -> l.contains("skipped: "))).hasSize(2);
    assertThat(cli.err()).contains("broken.png").contains("small.png is 32x32").contains("64x64");
    cli.succeeds("score --quiet --json --data", data);
    assertThat(cli.err()).isEmpty();
    assertThat(cli.out()).contains("\"skipped\":2");
    Files.delete(data.resolve("bird/a.png"));
    assertThat(cli.run("score", "--quiet", "--data", data)).isEqualTo(1);
    assertThat(cli.err().lines()).hasSize(1);
    assertThat(cli.err()).contains("none of 2 files is an image of 64x64");
  }

  @Test
  void readsEveryFileOfAClassAndNamesTheOthers() throws IOException {
    Path image = put("bird/a.png", 0);
    Files.copy(image, data.resolve("bird/no suffix"));
    put("bird/deeper/b.png", 1);
    put("beside.png", 1);
    cli.succeeds("score --data", data);
    assertThat(cli.out()).contains("2 images, nats per token, 2 skipped");
    assertThat(cli.err())
        .contains("deeper: a folder inside")
        .contains("beside.png: it lies beside");
  }

  @Test
  void foldersMustBeClasses() throws IOException {
    cli.failsWith("no sub-folder", "score", "--data", data);
    Path alone = put("a.png", 0);
    cli.failsWith("no sub-folder", "score", "--data", data);
    Files.delete(alone);
    Files.createDirectory(data.resolve("bird"));
    cli.failsWith("no images", "score", "--data", data);
    put("3/a.png", 0); // the label of bird
    cli.failsWith("are both of class 3", "score", "--data", data);
    Files.delete(data.resolve("3/a.png"));
    Files.delete(data.resolve("3"));
    put("unicorn/a.png", 0);
    cli.failsWith("\"unicorn\"", "score", "--data", data);
  }

  @Test
  void aListGivesTheOrderOfTheClasses() throws IOException {
    put("fish_or_whale/a.png", 0);
    put("smiley face/b.png", 1);
    Map<?, ?> byName = json("score --json --quiet --data", data);
    Path list = data.resolve("classes.txt");
    Files.writeString(list, "smiley face\ncat face\nanimal face\nbird\nfish_or_whale\n");
    assertThat(json("score --json --quiet --data", data)).isEqualTo(byName);
    Files.writeString(list, "smiley face\nfish_or_whale\n");
    cli.failsWith("class 1 is \"fish_or_whale\"", "score", "--data", data);
    Files.writeString(list, "smiley face\n");
    cli.failsWith("each folder needs its line", "score", "--data", data);
    Files.writeString(list, "smiley face\nsmiley face\n");
    cli.failsWith("each only once", "score", "--data", data);
    Files.writeString(list, "\n");
    cli.failsWith("at least one class", "score", "--data", data);
  }
}
