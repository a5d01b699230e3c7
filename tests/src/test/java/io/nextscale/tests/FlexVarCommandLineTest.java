package io.nextscale.tests;

import static io.nextscale.tests.CommandLineRun.floats;
import static io.nextscale.tests.CommandLineRun.longs;
import static io.nextscale.tests.Fixture.assertClose;
import static io.nextscale.tests.SampledPixels.strided;
import static org.assertj.core.api.Assertions.assertThat;

import io.nextscale.var.checkpoint.Checkpoint;
import io.nextscale.var.checkpoint.StoredTensor;
import io.nextscale.var.image.ImageFile;
import io.nextscale.var.image.PngFile;
import io.nextscale.var.scale.ImageSize;
import io.nextscale.var.scale.Scales;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command line on FlexVAR models: sizes, scales, and edits of images. */
class FlexVarCommandLineTest {
  private static final Path MODEL = Fixture.resource("golden/flexvar-512-15step");

  @TempDir Path folder;

  private CommandLineRun cli;

  @BeforeEach
  void start() {
    cli = new CommandLineRun(folder);
  }

  private Path file(String name) {
    return folder.resolve(name);
  }

  /** Generates, then checks tokens, logits and the image against the official code's. */
  private void traceIs(Path model, String run, int stride, String options) {
    Path trace = file("t.safetensors");
    cli.succeeds("sample " + options, "--model", model, "--trace", trace, "--out", file("out"));
    try (Fixture golden = new Fixture(model);
        Checkpoint written = Checkpoint.open(trace)) {
      Map<String, StoredTensor> tensors = written.tensors();
      assertThat(longs(tensors.get("tokens"))).containsExactly(golden.longs(run + ".tokens"));
      StoredTensor logits = tensors.get("logits");
      assertClose(
          run + " logits",
          rows(logits, golden.longs(run + ".sel_positions")),
          golden.floats(run + ".logits_sel"),
          VarGoldenTest.LOGITS);
      StoredTensor decoded = tensors.get("decoded");
      int side = (int) decoded.shape()[3];
      assertClose(
          run + " decoded",
          strided(floats(decoded), side, side, stride),
          golden.floats(run + ".image.s" + stride),
          VarGoldenTest.IMAGES);
    }
  }

  /** The rows of (B, L, V) at some positions along L. */
  private static float[] rows(StoredTensor all, long[] positions) {
    float[] values = floats(all);
    int length = (int) all.shape()[1];
    int width = (int) all.shape()[2];
    int batch = values.length / length / width;
    float[] rows = new float[batch * positions.length * width];
    for (int i = 0; i < batch * positions.length; i++) {
      long row = i / positions.length * length + positions[i % positions.length];
      System.arraycopy(values, (int) row * width, rows, i * width, width);
    }
    return rows;
  }

  static boolean sharedIsThere() {
    return Fixture.shared() != null;
  }

  @Test
  @EnabledIf("sharedIsThere")
  void tracesTheSharedFixture() {
    Path model = Fixture.shared().resolve("golden/flexvar-256");
    traceIs(model, "greedy_varcfg", 2, "--class 3,7 --cfg 1.5 --top-k 1");
  }

  @Test
  void tracesSixSteps() {
    traceIs(MODEL, "greedy_6step", 9, "--class 3 --cfg 2.5 --top-k 1 --steps 6");
  }

  @Test
  void tracesFifteenStepsToTwiceTheSize() {
    traceIs(
        MODEL,
        "greedy_15step_llamagen",
        15,
        "--class 2 --cfg 2 --guidance constant --top-k 1 --size 512 --steps 15");
  }

  @ParameterizedTest
  @CsvSource({"256x512, 256, 512", "320x192, 320, 192", "80, 80, 80"})
  void samplesAnySizeAndTellsTheCommand(String size, int height, int width) throws IOException {
    Path image = file("a.png");
    cli.succeeds("sample --class 3 --size " + size, "--model", MODEL, "--out", image);
    assertSize(image, height, width);
    byte[] first = Files.readAllBytes(image);
    List<String> command = List.of(PngFile.readText(image).get("command").split(" "));
    assertThat(command).startsWith("nextscale", "sample").doesNotContain("--size");
    Path again = file("b.png");
    cli.succeeds(String.join(" ", command.subList(1, command.size())), "--out", again);
    assertThat(Files.readAllBytes(again)).isEqualTo(first);
  }

  static void assertSize(Path file, int height, int width) {
    BufferedImage image = ImageFile.read(file);
    assertThat(new ImageSize(image.getHeight(), image.getWidth()))
        .isEqualTo(new ImageSize(height, width));
  }

  @Test
  void theCommandHasTheOptionsOfTheSampling() {
    Path image = file("a.png");
    cli.succeeds(
        "sample --class 3 --scales 1,2x1,3x2 --greedy-grids none --max-pn 0 --exclude-codes 7,5",
        "--model",
        MODEL,
        "--out",
        image);
    assertSize(image, 48, 32);
    assertThat(PngFile.readText(image).get("command"))
        .contains("--scales 1,2x1,3x2 ", "--greedy-grids none", "--max-pn 0 ")
        .contains("--exclude-codes 5,7");
  }

  @Test
  void greedyGridsAreGreedyUnlessToldOtherwise() throws IOException {
    String seven = "sample --class 3 --scales 7 --cfg 0 --seed ";
    cli.succeeds(seven + 1, "--model", MODEL, "--out", file("a.png"));
    cli.succeeds(seven + 2, "--model", MODEL, "--out", file("b.png"));
    cli.succeeds(seven + 2 + " --greedy-grids none", "--model", MODEL, "--out", file("c.png"));
    assertThat(ImageFile.read(file("b.png")).getRGB(50, 50))
        .isEqualTo(ImageFile.read(file("a.png")).getRGB(50, 50));
    assertThat(Files.size(file("c.png"))).isNotEqualTo(Files.size(file("b.png")));
  }

  @Test
  void previewsHaveTheSizeOfTheirScaleAndFramesTheLast() throws IOException {
    Path gif = file("a.gif");
    cli.succeeds(
        "sample --class 3 --scales 1x2,3x6,4x8",
        "--model",
        MODEL,
        "--out",
        file("a.png"),
        "--preview",
        file("steps"),
        "--gif",
        gif);
    assertSize(file("steps/scale_00.png"), 16, 32);
    assertSize(file("steps/scale_01.png"), 48, 96);
    assertSize(file("steps/scale_02.png"), 64, 128);
    BufferedImage frame = ImageIO.read(gif.toFile());
    assertThat(frame.getWidth()).isEqualTo(128);
    assertThat(frame.getHeight()).isEqualTo(64);
  }

  @Test
  void refinesToTheSameAspectRatio() {
    Path small = file("small.png");
    Path trace = file("t.safetensors");
    cli.succeeds("sample --class 3 --size 80x48", "--model", MODEL, "--out", small);
    cli.succeeds(
        "refine --size 320x192 --class 4",
        "--model",
        MODEL,
        "--image",
        small,
        "--out",
        file("large.png"),
        "--trace",
        trace);
    assertSize(file("large.png"), 320, 192);
    try (Checkpoint written = Checkpoint.open(trace)) {
      Scales scales = Scales.parse(written.metadata().get("scales"));
      int fitting =
          (int) scales.list().stream().filter(s -> s.height() <= 5 && s.width() <= 3).count();
      long[] kept = longs(written.tensors().get("kept"));
      assertThat(Arrays.stream(kept).sum()).isEqualTo(scales.start(fitting)).isPositive();
      assertUsedWhereKept(written, small, scales);
    }
    cli.succeeds(
        "refine --size 320x192 --keep-scales 2",
        "--model",
        MODEL,
        "--image",
        small,
        "--out",
        file("more.png"));
    assertThat(PngFile.readText(file("more.png")).get("command"))
        .contains("--keep-scales 2", "--class 10", "--scales ");
  }

  @ParameterizedTest
  @CsvSource({"256x512, 0.5;0, 0", "256x512, 0.5;1, 16", "320x256, 0;0.5, 0"})
  void expandsBeyondTheBorders(String size, String place, int column) {
    Path image = file("p.png");
    Path trace = file("t.safetensors");
    Path wide = file("wide.png");
    cli.succeeds("sample --class 3", "--model", MODEL, "--out", image);
    cli.succeeds(
        "expand --class 3 --size " + size + " --place " + place.replace(';', ','),
        "--model",
        MODEL,
        "--image",
        image,
        "--out",
        wide,
        "--trace",
        trace);
    ImageSize wanted = ImageSize.parse(size);
    assertSize(wide, wanted.height(), wanted.width());
    try (Checkpoint written = Checkpoint.open(trace)) {
      Scales scales = Scales.parse(written.metadata().get("scales"));
      long[] kept = longs(written.tensors().get("kept"));
      int start = scales.start(scales.count() - 1);
      assertThat(Arrays.stream(kept, start, kept.length).sum()).isEqualTo(256);
      assertThat(kept[start + column]).isOne();
      assertThat(longs(written.tensors().get("used"))).hasSameSizeAs(kept);
    }
  }

  @Test
  void editsImagesOfOtherSizes() {
    Path image = file("p.png");
    cli.succeeds("sample --class 3 --size 96x160", "--model", MODEL, "--out", image);
    cli.succeeds(
        "edit --box 0,0.5,1,1 --class 4",
        "--model",
        MODEL,
        "--image",
        image,
        "--out",
        file("e.png"),
        "--trace",
        file("t.safetensors"));
    assertSize(file("e.png"), 96, 160);
    try (Checkpoint written = Checkpoint.open(file("t.safetensors"))) {
      Scales scales = Scales.parse(written.metadata().get("scales"));
      assertUsedWhereKept(written, image, scales);
    }
  }

  /** Asserts that the used tokens are the image's where they are kept, else the drawn ones. */
  private void assertUsedWhereKept(Checkpoint trace, Path image, Scales scales) {
    Path tokens = file("own.safetensors");
    cli.succeeds(
        "tokenize --scales " + scales, "--model", MODEL, "--image", image, "--out", tokens);
    try (Checkpoint own = Checkpoint.open(tokens)) {
      long[] given = longs(own.tensors().get("tokens"));
      long[] drawn = longs(trace.tensors().get("tokens"));
      long[] kept = longs(trace.tensors().get("kept"));
      assertThat(longs(trace.tensors().get("used")))
          .containsExactly(
              IntStream.range(0, kept.length)
                  .mapToLong(i -> kept[i] == 1 ? given[i] : drawn[i])
                  .toArray());
    }
  }

  @Test
  void warnsOfSizesFarBeyondTheTraining() {
    cli.succeeds("sample --class 3 --scales 1,49x1", "--model", MODEL, "--out", file("a.png"));
    assertThat(cli.err().lines()).hasSize(3);
    assertThat(cli.err()).startsWith("nextscale: warning: images of 784x16 ").contains("scale 2/2");
    cli.succeeds(
        "sample --class 3 --scales 1,49x1 --quiet", "--model", MODEL, "--out", file("b.png"));
    assertThat(cli.err()).isEmpty();
  }

  @Test
  void impossibleRequestsAreRefusedBeforeTheWork() throws IOException {
    Path image = MODEL.resolve("input_0.png");
    Path odd = file("odd.png");
    PngFile.write(odd, new BufferedImage(40, 32, BufferedImage.TYPE_INT_RGB), Map.of());
    Path o = file("o.png");
    Object[] sample = {"sample", "--class", 3, "--model", MODEL, "--out", o};
    cli.failsWith("100x256", with(sample, "--size", "100x256"));
    cli.failsWith("17 steps", with(sample, "--steps", 17));
    cli.failsWith("the size asked for", with(sample, "--size", 256, "--scales", "1,2,3"));
    cli.failsWith("mixture of codes", with(sample, "--smooth"));
    cli.failsWith("excluded code 96", with(sample, "--exclude-codes", 96));
    Object[] many = {"sample", "--class", 3, "--count", 99, "--model", MODEL, "--out", file("o")};
    cli.failsWith("--trace", with(many, "--size", 16384, "--trace", file("t.safetensors")));
    Object[] refine = {"refine", "--model", MODEL, "--image", image, "--out", o};
    cli.failsWith("not smaller", refine);
    cli.failsWith("aspect ratios", with(refine, "--size", "256x512"));
    cli.failsWith("kept scales 10", with(refine, "--keep-scales", 10));
    Object[] expand = {"expand", "--model", MODEL, "--image", image, "--out", o};
    cli.failsWith("larger in one side", expand);
    cli.failsWith("larger in one side", with(expand, "--size", "128x512"));
    cli.failsWith("odd.png", "reconstruct", "--model", MODEL, "--image", odd, "--out", o);
    cli.failsWith("odd.png", "edit", "--model", MODEL, "--image", odd, "--box", "0,0,1,1");
  }

  private static Object[] with(Object[] arguments, Object... more) {
    Object[] all = Arrays.copyOf(arguments, arguments.length + more.length);
    System.arraycopy(more, 0, all, arguments.length, more.length);
    return all;
  }
}
