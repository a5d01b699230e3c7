package io.nextscale.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.nextscale.evaluate.classify.LabelMap;
import io.nextscale.evaluate.classify.LabelMapText;
import io.nextscale.evaluate.error.EvaluationException;
import io.nextscale.evaluate.image.RgbSamples;
import io.nextscale.evaluate.inception.FormulaWeights;
import io.nextscale.evaluate.inception.InceptionFeatures;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.Torch;
import io.nextscale.var.checkpoint.Checkpoint;
import io.nextscale.var.checkpoint.WeightSource;
import io.nextscale.var.image.ImageFile;
import io.nextscale.var.model.ModelSpec;
import io.nextscale.var.model.OfficialModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InceptionClassifierTest {
  private static final List<String> FILES =
      List.of("p0-rgb-64x64.png", "p1-rgb-256x256.png", "p3-rgb-300x200.png");
  private static final int[] ROWS = {0, 1, 3};

  @TempDir private static Path folder;

  private static LabelMap labels;
  private static InceptionClassifier classifier;

  @BeforeAll
  static void open() throws IOException {
    Path file = Files.writeString(folder.resolve("map.pbtxt"), LabelMapText.all());
    labels = LabelMap.read(file, InceptionFeatures.CLASSES);
    classifier =
        InceptionClassifier.of(
            new FormulaWeights(), "formula0", labels, EvaluationOptions.DEFAULTS.withBatch(2));
  }

  @AfterAll
  static void close() {
    classifier.close();
  }

  private static List<RgbSamples> images() {
    List<RgbSamples> images = new ArrayList<>();
    FILES.forEach(
        file -> images.add(RgbSamples.of(ImageFile.read(Golden.file("pictures/" + file)))));
    return images;
  }

  /** The softmax of the official logits, at the output of a class. */
  private static double wanted(float[] logits, int row, int classId) {
    int start = row * InceptionFeatures.CLASSES;
    double sum = 0;
    for (int k = 0; k < InceptionFeatures.CLASSES; k++) {
      sum += Math.exp(logits[start + k]);
    }
    return Math.exp(logits[start + LabelMapText.output(classId)]) / sum;
  }

  @Test
  void probabilitiesAreTheSoftmaxOfTheOfficialLogitsWithBias() {
    try (Checkpoint golden = Checkpoint.open(Golden.file("inception.safetensors"))) {
      float[] logits = Golden.floats(golden, "openai.logits");
      for (int classId : new int[] {0, 1, 207, 999}) {
        double[] probabilities =
            classifier.probabilities(images(), new int[] {classId, classId, classId});
        for (int i = 0; i < ROWS.length; i++) {
          assertThat(probabilities[i])
              .as("class %d of %s", classId, FILES.get(i))
              .isCloseTo(wanted(logits, ROWS[i], classId), withinPercentage(0.2));
        }
      }
    }
  }

  @Test
  void theProbabilityOfAnImageDoesNotDependOnTheOthers() {
    long live = Torch.liveTensors();
    int[] classes = {5, 700, 31};
    double[] together = classifier.probabilities(images(), classes);
    for (int i = 0; i < classes.length; i++) {
      double[] alone = classifier.probabilities(images().subList(i, i + 1), new int[] {classes[i]});
      assertThat(alone[0]).isCloseTo(together[i], within(1e-4 * together[i]));
    }
    assertThat(Torch.liveTensors()).isEqualTo(live);
    assertThat(classifier.identity())
        .isEqualTo(
            "inception formula0, protocol openai, float32, label map " + labels.fingerprint());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> classifier.probabilities(images(), new int[2]))
        .withMessage("2 classes for 3 images: expected one for each");
  }

  private static ModelSpec named(ModelSpec spec, List<String> classNames) {
    return new ModelSpec(
        spec.name(),
        spec.tokenizer(),
        spec.transformer(),
        spec.scales(),
        classNames,
        spec.defaults());
  }

  @Test
  void modelsOfOtherClassesAreRefused() {
    ModelSpec official = OfficialModels.preset("var-d16");
    classifier.requireClasses(official);

    assertThatExceptionOfType(EvaluationException.class)
        .isThrownBy(() -> classifier.requireClasses(named(official, List.of())))
        .withMessageContaining("its classes have no names; expected the 1000 of the classifier");
    List<String> swapped = new ArrayList<>(official.classNames());
    Collections.swap(swapped, 3, 4);
    assertThatExceptionOfType(EvaluationException.class)
        .isThrownBy(() -> classifier.requireClasses(named(official, swapped)))
        .withMessageContaining("class 3 is \"" + swapped.get(3) + "\"")
        .withMessageContaining("whose class 3 is \"" + swapped.get(4) + "\"");
  }

  @Test
  void weightsWithoutBiasAreRefused() {
    WeightSource formula = new FormulaWeights();
    WeightSource lacking =
        new WeightSource() {
          @Override
          public Path origin() {
            return Path.of("lacking.pth");
          }

          @Override
          public Set<String> keys() {
            return Set.of();
          }

          @Override
          public Optional<Tensor> get(String key, long... shape) {
            return key.equals("fc.bias") ? Optional.empty() : formula.get(key, shape);
          }
        };
    assertThatExceptionOfType(EvaluationException.class)
        .isThrownBy(
            () -> InceptionClassifier.of(lacking, "formula0", labels, EvaluationOptions.DEFAULTS))
        .withMessage("lacking.pth, fc.bias: expected 1008 numbers");
  }
}
