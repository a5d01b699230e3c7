package io.nextscale.tests;

import static io.nextscale.tests.CommandLineRun.floats;
import static io.nextscale.tests.CommandLineRun.longs;
import static io.nextscale.tests.Fixture.assertClose;
import static io.nextscale.tests.Fixture.resource;
import static org.assertj.core.api.Assertions.assertThat;

import io.nextscale.torch.DType;
import io.nextscale.torch.cpu.OneDnn;
import io.nextscale.var.checkpoint.Checkpoint;
import io.nextscale.var.checkpoint.StoredTensor;
import io.nextscale.var.image.ImageFile;
import io.nextscale.var.image.PngFile;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Calls every command on real models as a user does, and checks its files and its errors. */
class CommandLineEndToEndTest {
  private static final String OTHER = "golden/no-l2norm-one-phi";

  @TempDir Path folder;

  private CommandLineRun cli;

  @BeforeEach
  void start() {
    cli = new CommandLineRun(folder);
  }

  private void succeeds(String command, Object... arguments) {
    cli.succeeds(command, arguments);
  }

  private void failsWith(String part, Object... arguments) throws IOException {
    cli.failsWith(part, arguments);
  }

  @Test
  void sampleWritesReproducibleImages() throws IOException {
    Path first = folder.resolve("a.png");
    Path sheet = folder.resolve("sheet.png");
    Path timings = folder.resolve("t.json");
    succeeds(
        "sample",
        "--class",
        "bird",
        "--seed",
        7,
        "--out",
        first,
        "--sheet",
        sheet,
        "--preview",
        folder.resolve("steps"),
        "--timings",
        timings);
    assertThat(ImageFile.read(first).getWidth()).isEqualTo(64);
    assertThat(sheet).exists();
    try (Stream<Path> steps = Files.list(folder.resolve("steps"))) {
      assertThat(steps).hasSize(6);
    }
    assertThat(Files.readString(timings)).contains("\"load\"", "\"transformer\"", "\"decode\"");
    assertThat(PngFile.readText(first)).containsEntry("seed", "7").containsEntry("class", "3");
    Path again = folder.resolve("b.png");
    succeeds("sample", "--class", "0,3", "--seed", 6, "--out", folder.resolve("%d.png"));
    succeeds("sample", "--class", "3", "--seed", 7, "--out", again);
    assertThat(Files.readAllBytes(again)).isEqualTo(Files.readAllBytes(first));
    // the second image of a batch equals the image that is generated alone
    assertThat(ImageFile.read(folder.resolve("1.png")).getRGB(20, 30))
        .isEqualTo(ImageFile.read(first).getRGB(20, 30));
  }

  @Test
  void guidanceOfEachScaleIsRecordedAndMadeAgain() throws IOException {
    Path first = folder.resolve("a.png");
    Path again = folder.resolve("b.png");
    String line = "sample --class bird --seed 7 --out ";
    succeeds(line + first + " --guidance-weights 0,0,0,1.5,2,-0.5");
    String command = PngFile.readText(first).get("command");
    assertThat(command).contains(" --guidance-weights=0.0,0.0,0.0,1.5,2.0,-0.5 ");
    assertThat(command).doesNotContain("--cfg", "--guidance ");
    succeeds(command.substring("nextscale ".length()) + " --out " + again);
    assertThat(Files.readAllBytes(again)).isEqualTo(Files.readAllBytes(first));

    Path ramp = folder.resolve("ramp.png");
    Path list = folder.resolve("list.png");
    succeeds(line + ramp + " --guidance ramp --cfg 5");
    succeeds(line + list + " --guidance-weights 0,1,2,3,4,5");
    assertThat(pixels(list)).isEqualTo(pixels(ramp)).isNotEqualTo(pixels(first));
    failsWith(
        "5 guidance weights for 6 scales",
        "sample",
        "--class",
        1,
        "--guidance-weights",
        "0,1,2,3,4",
        "--out",
        folder.resolve("none.png"));
  }

  private static int[] pixels(Path image) {
    BufferedImage read = ImageFile.read(image);
    return read.getRGB(0, 0, read.getWidth(), read.getHeight(), null, 0, read.getWidth());
  }

  @Test
  void tracesAgreeWithTheOfficialCode() {
    Path trace = folder.resolve("t.safetensors");
    Path model = resource(OTHER);
    succeeds(
        "sample",
        "--model",
        model,
        "--class",
        "3,7",
        "--cfg",
        1.5,
        "--top-k",
        1,
        "--trace",
        trace,
        "--out",
        folder.resolve("out"));
    try (Fixture golden = new Fixture(model);
        Checkpoint written = Checkpoint.open(trace)) {
      assertThat(longs(written.tensors().get("tokens")))
          .containsExactly(golden.longs("greedy_cfg1.5.tokens"));
      assertClose(
          "traced latent",
          floats(written.tensors().get("latent")),
          golden.floats("greedy_cfg1.5.f_hat"),
          VarGoldenTest.LATENTS);
      assertClose(
          "traced decoded",
          floats(written.tensors().get("decoded")),
          golden.floats("greedy_cfg1.5.decoded.s1"),
          VarGoldenTest.IMAGES);
      long[] shape = written.tensors().get("logits").shape();
      assertThat(shape).containsExactly(2, 155, 96);
    }
  }

  @Test
  void editTokenizeReconstructAndScoreFollowEachOther() {
    Path image = folder.resolve("p.png");
    Path tokens = folder.resolve("tokens.safetensors");
    Path edited = folder.resolve("edited.png");
    Path trace = folder.resolve("edit.safetensors");
    succeeds("sample", "--class", "heart", "--seed", 3, "--out", image);
    succeeds("tokenize", "--image", image, "--out", tokens);
    try (Checkpoint written = Checkpoint.open(tokens)) {
      assertThat(written.tensors().get("tokens").shape()).containsExactly(1, 130);
      assertThat(written.tensors().get("encoded").shape()).containsExactly(1, 16, 8, 8);
    }
    succeeds("reconstruct", "--image", image, "--out", folder.resolve("r.png"));
    assertThat(cli.out()).contains("dB");
    succeeds("score", "--tokens", tokens, "--class", "heart");
    succeeds(
        "edit",
        "--image",
        image,
        "--box",
        "0,0.5,1,1",
        "--class",
        "cloud",
        "--out",
        edited,
        "--trace",
        trace);
    try (Checkpoint written = Checkpoint.open(trace)) {
      long kept = Arrays.stream(longs(written.tensors().get("kept"))).sum();
      assertThat(kept).isGreaterThan(130 / 3).isLessThan(130 * 2 / 3);
    }
    succeeds("inspect", edited);
    assertThat(cli.out()).contains("cloud");
  }

  @Test
  void convertIsLossless() {
    Path model = resource(OTHER);
    Path middle = folder.resolve("m.safetensors");
    Path back = folder.resolve("b.pth");
    succeeds("convert", model.resolve("transformer.pth"), middle);
    succeeds("convert", middle, back);
    try (Checkpoint before = Checkpoint.open(model.resolve("transformer.pth"));
        Checkpoint after = Checkpoint.open(back)) {
      assertThat(after.tensors().keySet()).isEqualTo(before.tensors().keySet());
      for (StoredTensor tensor : before.tensors().values()) {
        assertThat(after.tensors().get(tensor.name()).data().mismatch(tensor.data()))
            .as(tensor.name())
            .isEqualTo(-1);
      }
    }
  }

  @Test
  void configurationIsInferredFromTheFiles() {
    Path model = resource(OTHER);
    succeeds("inspect", model);
    assertThat(cli.out()).contains("1,2,3,4,5,6,8");
    succeeds(
        "sample",
        "--vae",
        resource("golden/shared-aln-512").resolve("vae.pth"),
        "--transformer",
        resource("golden/shared-aln-512").resolve("transformer.pth"),
        "--class",
        1,
        "--cfg",
        0,
        "--out",
        folder.resolve("x.png"));
    assertThat(ImageFile.read(folder.resolve("x.png")).getWidth()).isEqualTo(512);
  }

  @Test
  void doctorFindsTheLibrary() {
    succeeds("doctor");
    assertThat(cli.out()).contains("libtorch", "device cuda");
    String faster = OneDnn.isAvailable(DType.BFLOAT16) ? "bf16" : "f32";
    assertThat(cli.out())
        .containsPattern("bfloat16 +.+: --dtype " + faster + " is the faster type");
  }

  @Test
  void errorsAreOneLineAndLeaveNoFile() throws IOException {
    Path output = folder.resolve("o.png");
    Path vae = resource(OTHER).resolve("vae.pth");
    Path transformer = resource(OTHER).resolve("transformer.pth");
    Path truncated = folder.resolve("truncated.pth");
    byte[] whole = Files.readAllBytes(transformer);
    Files.write(truncated, Arrays.copyOf(whole, whole.length / 2));
    Path noImage = Files.writeString(folder.resolve("no.png"), "not an image");
    Path small = folder.resolve("small.png");
    PngFile.write(
        small,
        new java.awt.image.BufferedImage(10, 20, java.awt.image.BufferedImage.TYPE_INT_RGB),
        java.util.Map.of());
    Path image = folder.resolve("p.png");
    succeeds("sample", "--class", 1, "--out", image);
    Path wrong = Files.createDirectory(folder.resolve("model"));
    Files.copy(vae, wrong.resolve("vae.pth"));
    Files.copy(transformer, wrong.resolve("transformer.pth"));
    String config = Files.readString(resource(OTHER).resolve("config.json"));
    Files.writeString(
        wrong.resolve("config.json"), config.replaceFirst("\"depth\": *2", "\"depth\": 3"));

    failsWith("unicorn", "sample", "--class", "unicorn", "--out", output);
    failsWith("class 20", "sample", "--class", "20", "--out", output);
    failsWith("top-k 5000", "sample", "--class", 1, "--top-k", 5000, "--out", output);
    failsWith("nowhere", "sample", "--class", 1, "--out", folder.resolve("nowhere/o.png"));
    failsWith("nosuch", "sample", "--class", 1, "--model", folder.resolve("nosuch"));
    failsWith("truncated.pth", "sample", "--class", 1, "--vae", vae, "--transformer", truncated);
    failsWith("no.png", "sample", "--class", 1, "--vae", noImage, "--transformer", transformer);
    failsWith("blocks.2", "sample", "--class", 1, "--model", wrong, "--out", output);
    failsWith("scales", "sample", "--class", 1, "--scales", "1,2,4", "--out", output);
    failsWith("no.png", "tokenize", "--image", noImage, "--out", folder.resolve("o.safetensors"));
    failsWith("20x10", "edit", "--image", small, "--box", "0,0,1,1", "--out", output);
    failsWith("small.png", "edit", "--image", image, "--mask", small, "--out", output);
    failsWith("cuda", "sample", "--class", 1, "--device", "cuda", "--out", output);
    Path mixed = Files.createDirectory(folder.resolve("mixed"));
    Files.copy(transformer, mixed.resolve("vae.pth"));
    Files.writeString(mixed.resolve("config.json"), config);
    Object[] ladder = {"scaling-law", "--data", "/nonexistent", "--out", folder.resolve("ladder")};
    failsWith("/nonexistent", ladder);
    failsWith(
        "mixed/vae.pth", Stream.concat(Stream.of(ladder), Stream.of("--model", mixed)).toArray());
    Path set = folder.resolve("set");
    failsWith("cuda", "sample-set", "--count", 1, "--device", "cuda", "--out", set);
  }

  @Test
  void wrongUsageGivesExitCodeTwo() {
    assertThat(cli.run("sample")).isEqualTo(2);
    assertThat(cli.run("sample", "--class", "bird", "--nonsense")).isEqualTo(2);
    assertThat(cli.run("paint")).isEqualTo(2);
  }
}
