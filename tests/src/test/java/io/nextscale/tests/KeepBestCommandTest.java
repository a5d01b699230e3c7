package io.nextscale.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.nextscale.evaluate.EvaluationOptions;
import io.nextscale.evaluate.InceptionClassifier;
import io.nextscale.evaluate.image.RgbSamples;
import io.nextscale.evaluate.inception.FormulaWeights;
import io.nextscale.torch.Torch;
import io.nextscale.var.checkpoint.Checkpoint;
import io.nextscale.var.checkpoint.SafetensorsWriter;
import io.nextscale.var.checkpoint.StoredTensor;
import io.nextscale.var.image.ImageFile;
import io.nextscale.var.image.PngFile;
import io.nextscale.var.model.ImageNetClasses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Rejection sampling by the command: a small model with the classes of ImageNet, and formula
 * weights for the Inception network.
 */
class KeepBestCommandTest {
  private static final int WIDTH = 32;

  @TempDir private static Path files;

  private static Path inception;
  private static Path labelMap;
  private static Path model;

  @TempDir private Path folder;

  private CommandLineRun cli;

  @BeforeAll
  static void write() throws IOException {
    inception = FormulaWeights.write(files.resolve("inception.safetensors"));
    labelMap = Files.writeString(files.resolve("map.pbtxt"), labelMap());
    model = model(Fixture.resource("golden/no-phi-ticks"), files.resolve("model"));
  }

  @BeforeEach
  void start() {
    cli = new CommandLineRun(folder);
  }

  private static String labelMap() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 1000; i++) {
      text.append(
          "entry {\n  target_class: %d\n  target_class_string: \"%s\"\n}\n"
              .formatted(1 + (7 * i + 448) % 1000, ImageNetClasses.ids().get(i)));
    }
    return text.toString();
  }

  /** A model of the fixtures, with 1,000 classes in place of 10. */
  private static Path model(Path fixture, Path target) throws IOException {
    Files.createDirectory(target);
    Files.copy(fixture.resolve("vae.pth"), target.resolve("vae.pth"));
    String config = Files.readString(fixture.resolve("config.json"));
    Files.writeString(
        target.resolve("config.json"),
        config
            .replace("\"num_classes\": 10", "\"num_classes\": 1000")
            .replace("\"family\"", "\"class_names\": \"imagenet-1k\", \"family\""));
    try (Checkpoint checkpoint = Checkpoint.open(fixture.resolve("transformer.pth"))) {
      List<StoredTensor> tensors = new ArrayList<>();
      checkpoint
          .tensors()
          .forEach(
              (name, tensor) ->
                  tensors.add(name.equals("class_emb.weight") ? embeddings(name) : tensor));
      SafetensorsWriter.write(target.resolve("transformer.safetensors"), tensors, Map.of());
    }
    return target;
  }

  private static StoredTensor embeddings(String name) {
    SplittableRandom random = new SplittableRandom(1);
    float[] values = new float[1001 * WIDTH];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return StoredTensor.of(name, values, new long[] {1001, WIDTH});
  }

  private void best(Path out, Object... more) {
    List<Object> arguments =
        new ArrayList<>(
            List.of(
                "--model", model, "--inception", inception, "--label-map", labelMap, "--out", out));
    arguments.addAll(List.of(more));
    cli.succeeds(
        "sample-set --count 4 --keep-best 1/4 --batch 3 --seed 9 --any-inception",
        arguments.toArray());
  }

  private static Path file(Path set, int index) {
    return set.resolve("000/%06d.png".formatted(index));
  }

  @Test
  void eachImageIsTheMostProbableOfItsCandidates() throws IOException {
    Path best = folder.resolve("best");
    long live = Torch.liveTensors();
    best(best);
    assertThat(Torch.liveTensors()).isEqualTo(live);
    assertThat(cli.out()).contains("kept 4 of 16 images, mean probability of the class 0.");
    assertThat(cli.err())
        .as("formula weights recognize nothing")
        .contains("the classifier hardly recognizes the images, chance is 1/1000");
    assertThat(Files.readString(best.resolve("manifest.json")))
        .contains("\"keep_best\":\"1/4\"", "protocol openai, float32, label map ");

    try (InceptionClassifier classifier =
        InceptionClassifier.load(
            inception, labelMap, EvaluationOptions.DEFAULTS.withAnyWeights())) {
      for (int i = 0; i < 4; i++) {
        assertThat(pixels(file(best, i))).isEqualTo(pixels(mostProbable(classifier, i)));
        assertThat(PngFile.readText(file(best, i))).containsEntry("class", Integer.toString(i));
      }
    }
  }

  private static byte[] pixels(Path file) {
    return RgbSamples.of(ImageFile.read(file)).samples();
  }

  /** Generates the candidates of a class with another command and finds the best of them. */
  private Path mostProbable(InceptionClassifier classifier, int classId) {
    List<Path> candidates = new ArrayList<>();
    List<RgbSamples> images = new ArrayList<>();
    for (int n = 0; n < 4; n++) {
      Path png = folder.resolve("class-%d-candidate-%d.png".formatted(classId, n));
      cli.succeeds(
          "sample --quiet",
          "--model",
          model,
          "--class",
          classId,
          "--seed",
          9 + n * 1000 + classId,
          "--out",
          png);
      candidates.add(png);
      images.add(RgbSamples.of(ImageFile.read(png)));
    }
    double[] probabilities =
        classifier.probabilities(images, new int[] {classId, classId, classId, classId});
    int best = 0;
    for (int n = 1; n < 4; n++) {
      best = probabilities[n] > probabilities[best] ? n : best;
    }
    return candidates.get(best);
  }

  @Test
  void partsGiveTheBytesOfOneRunAndOtherChoicesAreRefused() throws IOException {
    Path whole = folder.resolve("whole");
    Path parts = folder.resolve("parts");
    best(whole);
    best(parts, "--part", "2/2");
    best(parts, "--part", "1/2");
    for (int i = 0; i < 4; i++) {
      assertThat(file(parts, i)).hasSameBinaryContentAs(file(whole, i));
    }
    fails(
        "keep_best is 1/4, not absent",
        "--count 4 --batch 3 --seed 9",
        "--model",
        model,
        "--out",
        whole);
  }

  @Test
  void otherModelsAndFilesAreRefused() throws IOException {
    Object[] choice = {
      "--inception", inception, "--label-map", labelMap, "--out", folder.resolve("other")
    };
    fails("emoji-var has ", "--count 4 --keep-best 1/4 --any-inception", choice);
    assertThat(cli.err()).contains("expected the 1000 classes of the classifier");
    fails("not the official weights", "--count 4 --keep-best 1/4", choice);
    assertThat(cli.run("sample-set", "--count", 4, "--keep-best", "1/4", "--out", folder))
        .isEqualTo(2);
    assertThat(cli.err()).contains("--keep-best needs --inception");
    assertThat(cli.run("sample-set", "--count", 4, "--label-map", labelMap, "--out", folder))
        .isEqualTo(2);
    assertThat(cli.err()).contains("--label-map needs --keep-best");
  }

  private void fails(String reason, String options, Object... more) throws IOException {
    List<Object> arguments = new ArrayList<>(List.of("sample-set", "--quiet"));
    arguments.addAll(List.of(options.split(" ")));
    arguments.addAll(List.of(more));
    cli.failsWith(reason, arguments.toArray());
  }
}
