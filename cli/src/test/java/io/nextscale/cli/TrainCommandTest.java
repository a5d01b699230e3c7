package io.nextscale.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.nextscale.cli.output.Reproduction;
import io.nextscale.var.image.PngFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainCommandTest {
  @TempDir private Path folder;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int run(String... args) {
    out.reset();
    err.reset();
    return Main.run(
        args,
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8));
  }

  private String error() {
    return err.toString(StandardCharsets.UTF_8);
  }

  private Path recipe() throws IOException {
    return Files.writeString(folder.resolve("recipe.json"), SmallRecipe.TEXT);
  }

  @Test
  void trainsSamplesAndResumes() throws IOException {
    Path images = SmallRecipe.images(folder);
    Files.writeString(images.resolve("dark/broken.png"), "no image");
    String run = folder.resolve("run").toString();
    String[] train = {
      "train",
      "--recipe",
      recipe().toString(),
      "--data",
      images.toString(),
      "--out",
      run,
      "--tokenizer-steps",
      "25",
      "--transformer-steps",
      "25",
      "--threads",
      "1"
    };
    assertThat(run(train)).as(error()).isZero();
    assertThat(error()).contains("broken.png", "tokenizer: 25 steps", "held_out_loss");
    String model = out.toString(StandardCharsets.UTF_8).strip();

    Path image = folder.resolve("a.png");
    assertThat(run("sample", "--model", model, "--class", "light", "--out", image.toString()))
        .as(error())
        .isZero();
    assertThat(image).isNotEmptyFile();

    assertThat(run(train)).isEqualTo(1);
    assertThat(error()).contains("holds a run already", "--resume");
    assertThat(run("train", "--resume", "--out", run)).isZero(); // nothing is left to do
    assertThat(run("train", "--resume", "--out", folder.resolve("none").toString())).isEqualTo(1);
    assertThat(error()).contains("no run to resume");
  }

  /** A model that is trained by the recipe of a demo model is not that model. */
  @Test
  void aTrainedModelIsNamedAfterItsRun() throws IOException {
    String text = SmallRecipe.TEXT.replace("\"small\"", "\"emoji-var\"");
    Path recipe = Files.writeString(folder.resolve("recipe.json"), text);
    Path run = folder.resolve("runs/emoji-var");
    String[] train = {"train", "--recipe", recipe.toString(), "--threads", "1", "--quiet"};
    String[] rest = {"--data", SmallRecipe.images(folder).toString(), "--out", run.toString()};
    String[] few = {"--tokenizer-steps", "2", "--transformer-steps", "2"};
    assertThat(run(with(with(train, rest), few))).as(error()).isZero();
    String model = run.resolve("model").toString();
    assertThat(run("inspect", model)).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8)).startsWith("model           runs/emoji-var\n");
    String image = folder.resolve("a.png").toString();
    assertThat(run("sample", "--model", model, "--class", "light", "--out", image)).isZero();
    assertThat(run("inspect", image)).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("model           runs/emoji-var\n")
        .contains("sample --model " + model)
        .doesNotContain("demo:");
    Map<String, String> parameters = new HashMap<>(PngFile.readText(Path.of(image)));
    parameters.remove(Reproduction.KEYWORD); // as the library writes them
    assertThat(Reproduction.find(parameters)).contains("--model FOLDER ");
  }

  @Test
  void goesOnFromAModel() throws IOException {
    String images = SmallRecipe.images(folder).toString();
    Path first = folder.resolve("first");
    Path second = folder.resolve("second");
    String[] train = {"train", "--recipe", recipe().toString(), "--threads", "1", "--data"};
    String[] few = {"--tokenizer-steps", "5", "--transformer-steps", "2", "--out"};
    assertThat(run(with(with(train, images), with(few, first.toString())))).as(error()).isZero();
    Path model = first.resolve("model");
    Files.move(Path.of(images, "dark"), Path.of(images, "black")); // another class
    String[] next = with(train, images, "--from", "" + model, "--transformer-steps", "2", "--out");
    assertThat(run(with(next, second.toString()))).as(error()).isZero();
    assertThat(error()).contains("transformer: 2 steps").doesNotContain("tokenizer: ");
    assertThat(second.resolve("model/vae.safetensors"))
        .hasSameBinaryContentAs(model.resolve("vae.safetensors"));
    assertThat(second.resolve("start/transformer.safetensors"))
        .hasSameBinaryContentAs(model.resolve("transformer.safetensors"));
    assertThat(second.resolve("model/config.json")).content().contains("black", "light");

    String third = folder.resolve("third").toString();
    String kin = SmallRecipe.TEXT.replace("\"fetch\"", "\"kin\": {\"black\": \"grey\"}, \"fetch\"");
    Path other = Files.writeString(folder.resolve("kin.json"), kin);
    String[] akin = {"train", "--recipe", "" + other, "--data", images, "--from", "" + model};
    assertThat(run(with(akin, "--transformer-steps", "2", "--out", third))).isEqualTo(1);
    assertThat(error()).contains("class 'black' begins as 'grey': expected one of [dark, light]");
    Files.copy(
        model.resolve("transformer.safetensors"),
        model.resolve("vae.safetensors"),
        StandardCopyOption.REPLACE_EXISTING);
    assertThat(run(with(next, third))).isEqualTo(1);
    assertThat(error()).contains(model.resolve("vae.safetensors").toString());
    assertThat(run(with(next, third, "--tokenizer-steps", "1"))).isEqualTo(2);
    assertThat(error()).contains("--from and --tokenizer-steps exclude each other");
    assertThat(run(with(train, images, "--tokenizer-steps", "0", "--out", third))).isEqualTo(2);
    assertThat(error()).contains("--tokenizer-steps 0: expected 1 and more");
    assertThat(Path.of(third)).doesNotExist();
  }

  @Test
  void keepsATokenizer() throws IOException {
    String images = SmallRecipe.images(folder).toString();
    Path first = folder.resolve("first");
    Path second = folder.resolve("second");
    String[] train = {"train", "--recipe", recipe().toString(), "--threads", "1", "--data", images};
    String[] both = {"--tokenizer-steps", "5", "--transformer-steps", "2", "--out", "" + first};
    assertThat(run(with(train, both))).as(error()).isZero();
    Path model = first.resolve("model");
    Path vae = model.resolve("vae.safetensors");
    String[] kept = with(train, "--transformer-steps", "2", "--out", "" + second, "--tokenizer");
    assertThat(run(with(kept, "" + model.resolve("transformer.safetensors")))).isEqualTo(1);
    assertThat(error()).contains(model.resolve("transformer.safetensors").toString());
    assertThat(run(with(kept, "" + vae, "--tokenizer-steps", "5"))).isEqualTo(2);
    assertThat(error()).contains("--tokenizer and --tokenizer-steps exclude each other");
    assertThat(run(with(kept, "" + vae, "--from", "" + model))).isEqualTo(2);
    assertThat(error()).contains("--from and --tokenizer exclude each other");
    assertThat(second).doesNotExist();

    assertThat(run(with(kept, "" + vae))).as(error()).isZero();
    assertThat(error()).contains("transformer: 2 steps").doesNotContain("tokenizer: ");
    for (String file : List.of("vae.safetensors", "transformer.safetensors")) {
      // the same tokens and the same seed: the same transformer
      assertThat(second.resolve("model").resolve(file)).hasSameBinaryContentAs(model.resolve(file));
    }
  }

  private static String[] with(String[] first, String... more) {
    return Stream.concat(Stream.of(first), Stream.of(more)).toArray(String[]::new);
  }

  @Test
  void whatIsMissingIsNamedBeforeAnythingIsWritten() throws IOException {
    Path run = folder.resolve("run");
    String recipe = recipe().toString();
    assertThat(run("train", "--recipe", recipe, "--out", run.toString())).isEqualTo(2);
    assertThat(error()).contains("--minutes is missing");
    assertThat(run("train", "--recipe", recipe, "--minutes", "1", "--out", run.toString()))
        .isEqualTo(1);
    assertThat(error()).contains("nowhere", "bin/fetch-small");
    assertThat(run("train", "--recipe", "emoji", "--minutes", "1")).isEqualTo(1);
    assertThat(error()).contains("\"emoji\"", "emoji-var, emoji-flexvar, emoji-flexvar-mamba");
    assertThat(
            run(
                "train",
                "--recipe",
                recipe,
                "--minutes",
                "1",
                "--dtype",
                "f16",
                "--out",
                run.toString(),
                "--data",
                SmallRecipe.images(folder).toString()))
        .isEqualTo(2);
    assertThat(error()).contains("--dtype f16: expected f32 or bf16");
    assertThat(run("train", "--recipe", recipe, "--minutes", "0", "--out", run.toString()))
        .isEqualTo(2);
    assertThat(error()).contains("minutes 0.0: expected above 0");
    assertThat(run).doesNotExist();
  }

  @Test
  void theDistanceNeedsItsNetworkBeforeAnythingIsWritten() throws IOException {
    Path run = folder.resolve("run");
    String images = SmallRecipe.images(folder).toString();
    String[] train = {"train", "--minutes", "1", "--out", "" + run, "--data", images, "--recipe"};
    String[] plain = with(train, recipe().toString());
    assertThat(run(with(plain, "--inception", "a.pth"))).isEqualTo(2);
    assertThat(error()).contains("--inception needs --fid-samples");
    assertThat(run(with(plain, "--fid-samples", "9"))).isEqualTo(2);
    assertThat(error()).contains("--fid-samples 9 needs --inception");
    assertThat(run(with(plain, "--fid-samples", "1", "--inception", "a.pth"))).isEqualTo(2);
    assertThat(error()).contains("--fid-samples 1: expected 2 to 50000");
    assertThat(run(with(plain, "--fid-samples", "9", "--inception", "" + run))).isEqualTo(1);
    assertThat(error()).contains(run + ": no such file");
    Path wanting = folder.resolve("wanting.json");
    Files.writeString(
        wanting, SmallRecipe.TEXT.replace("\"data\"", "\"fid_samples\": 7, \"data\""));
    assertThat(run(with(train, wanting.toString()))).isEqualTo(2);
    assertThat(error())
        .contains("fid_samples 7 of the recipe needs --inception; --fid-samples 0 leaves it out");
    assertThat(run).doesNotExist();
  }
}
