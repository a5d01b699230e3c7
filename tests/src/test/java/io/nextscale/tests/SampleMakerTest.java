package io.nextscale.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.nextscale.evaluate.classify.ImageClassifier;
import io.nextscale.evaluate.error.EvaluationException;
import io.nextscale.evaluate.image.RgbSamples;
import io.nextscale.evaluate.sample.BestImages;
import io.nextscale.evaluate.sample.KeepBest;
import io.nextscale.evaluate.sample.SampleFolder;
import io.nextscale.evaluate.sample.SampleGroup;
import io.nextscale.evaluate.sample.SampleListener;
import io.nextscale.evaluate.sample.SampleMaker;
import io.nextscale.evaluate.sample.SampleSet;
import io.nextscale.models.DemoModel;
import io.nextscale.var.GeneratedImage;
import io.nextscale.var.GenerationRequest;
import io.nextscale.var.ImageGenerator;
import io.nextscale.var.image.ImageFile;
import io.nextscale.var.image.PngFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rejection sampling with the demo model and a classifier that is an application's own. */
class SampleMakerTest {
  private static final int COUNT = 14;
  private static final int CLASSES = 3;
  private static final KeepBest BEST = new KeepBest(2, 5);
  private static final int GROUPS = 8; // 5, 5 and 4 images of the classes, 2 in a group
  private static final int CANDIDATES = 45; // of 3 rounds of groups

  private static ImageGenerator generator;

  @TempDir private static Path plain;

  @TempDir private Path folder;

  /** The darker an image, the more probable; of class 1 the brighter. */
  private record Darkness(List<String> classNames) implements ImageClassifier {
    @Override
    public String identity() {
      return "darkness";
    }

    @Override
    public double[] probabilities(List<RgbSamples> images, int[] classes) {
      double[] probabilities = new double[classes.length];
      for (int i = 0; i < classes.length; i++) {
        probabilities[i] = probability(images.get(i), classes[i]);
      }
      return probabilities;
    }

    static double probability(RgbSamples image, int classId) {
      double sum = 0;
      for (byte sample : image.samples()) {
        sum += sample & 0xff;
      }
      double brightness = sum / 255 / image.samples().length;
      return classId == 1 ? brightness : 1 - brightness;
    }
  }

  @BeforeAll
  static void open() {
    generator = ImageGenerator.load(DemoModel.source(DemoModel.VAR));
    make(set(plain, CANDIDATES, 5, KeepBest.ALL), 0, 1);
  }

  @AfterAll
  static void close() {
    generator.close();
  }

  private static SampleSet set(Path folder, int count, int batch, KeepBest keep) {
    return new SampleSet(folder, count, CLASSES, 40, batch, keep);
  }

  private static ImageClassifier darkness() {
    return new Darkness(generator.spec().classNames());
  }

  private static void make(SampleSet set, int part, int parts) {
    SampleMaker maker = new SampleMaker(generator, request -> {}, Optional.of(darkness()));
    try (SampleFolder held = SampleFolder.open(set, Map.of(), part, parts)) {
      assertThat(maker.make(held, (done, total) -> {}, () -> false)).isTrue();
    }
  }

  /** Finds the chosen candidates among the images of the set without a choice. */
  private static List<Integer> chosen(int classId, int round, int kept) {
    List<Integer> candidates = new ArrayList<>();
    for (int n = 5 * round; n < 5 * round + 5; n++) {
      candidates.add(n * CLASSES + classId);
    }
    candidates.sort(Comparator.comparingDouble(number -> -probability(number, classId)));
    return candidates.subList(0, kept).stream().sorted().toList();
  }

  private static double probability(int number, int classId) {
    Path file = set(plain, CANDIDATES, 5, KeepBest.ALL).file(number);
    return Darkness.probability(RgbSamples.of(ImageFile.read(file)), classId);
  }

  private static void assertSame(SampleSet actual, SampleSet wanted) {
    for (int i = 0; i < COUNT; i++) {
      assertThat(actual.file(i)).hasSameBinaryContentAs(wanted.file(i));
    }
  }

  @Test
  void theBestOfTheImagesOfThePlainSetAreKept() {
    SampleSet set = set(folder, COUNT, 5, BEST);
    make(set, 0, 1);
    for (int i = 0; i < COUNT; i++) {
      int classId = i % CLASSES;
      int rank = i / CLASSES;
      int round = rank / 2;
      int kept = (2 * round + 1) * CLASSES + classId < COUNT ? 2 : 1;
      int number = chosen(classId, round, kept).get(rank % 2);
      assertThat(set.file(i))
          .as("image %d is candidate %d", i, number)
          .hasSameBinaryContentAs(set(plain, CANDIDATES, 5, KeepBest.ALL).file(number));
      assertThat(PngFile.readText(set.file(i)))
          .containsEntry("seed", Integer.toString(40 + number));
    }
    assertThat(set.file(COUNT)).doesNotExist();
  }

  @Test
  void partsAndStopsGiveTheBytesOfOneRun() throws IOException {
    SampleSet whole = set(folder.resolve("whole"), COUNT, 2, BEST);
    make(whole, 0, 1);

    SampleSet parts = set(folder.resolve("parts"), COUNT, 2, BEST);
    make(parts, 2, 3);
    make(parts, 0, 3);
    make(parts, 1, 3);
    assertSame(parts, whole);

    SampleSet stopped = set(folder.resolve("stopped"), COUNT, 2, BEST);
    AtomicInteger asked = new AtomicInteger();
    try (SampleFolder held = SampleFolder.open(stopped, Map.of(), 0, 1)) {
      SampleMaker maker = new SampleMaker(generator, request -> {}, Optional.of(darkness()));
      assertThat(maker.make(held, (done, total) -> {}, () -> asked.incrementAndGet() > 5))
          .as("stopped within the second group")
          .isFalse();
      assertThat(held.missing().size()).isEqualTo(GROUPS - 1);
    }
    Files.delete(stopped.file(3)); // as if the process had been killed between two files
    make(stopped, 0, 1);
    assertSame(stopped, whole);
  }

  /** A batch changes an image by rounding only, and the choice not at all. */
  @Test
  void theChoiceDoesNotDependOnTheBatch() {
    SampleSet small = set(folder.resolve("small"), COUNT, 2, BEST);
    SampleSet large = set(folder.resolve("large"), COUNT, 12, BEST);
    make(small, 0, 1);
    make(large, 0, 1);
    for (int i = 0; i < COUNT; i++) {
      assertThat(PngFile.readText(large.file(i)))
          .as("seed, class and model of image %d", i)
          .isEqualTo(PngFile.readText(small.file(i)));
      byte[] one = RgbSamples.of(ImageFile.read(small.file(i))).samples();
      byte[] other = RgbSamples.of(ImageFile.read(large.file(i))).samples();
      for (int k = 0; k < one.length; k++) {
        assertThat((one[k] & 0xff) - (other[k] & 0xff)).as("image %d", i).isBetween(-1, 1);
      }
    }
  }

  @Test
  void theListenerLearnsWhatTheClassifierThinks() {
    List<BestImages> choices = new ArrayList<>();
    SampleListener listener =
        new SampleListener() {
          @Override
          public void onImages(int done, int total) {
            assertThat(total).isEqualTo(COUNT);
          }

          @Override
          public void onChoice(SampleGroup group, BestImages best) {
            assertThat(best.images()).hasSameSizeAs(group.images());
            choices.add(best);
          }
        };
    SampleMaker maker = new SampleMaker(generator, request -> {}, Optional.of(darkness()));
    try (SampleFolder held = SampleFolder.open(set(folder, COUNT, 5, BEST), Map.of(), 0, 1)) {
      maker.make(held, listener, () -> false);
    }
    assertThat(choices).hasSize(GROUPS);
    assertThat(choices)
        .allSatisfy(best -> assertThat(best.meanOfKept()).isGreaterThan(best.meanOfAll()));
  }

  @Test
  void imagesAreChosenInMemory() {
    List<GeneratedImage> candidates =
        generator.generate(GenerationRequest.of(0).count(4).build()).images();
    BestImages best = BestImages.of(candidates, 2, darkness());

    double[] all =
        darkness()
            .probabilities(
                candidates.stream().map(each -> RgbSamples.of(each.toBufferedImage())).toList(),
                new int[4]);
    double[] sorted = all.clone();
    Arrays.sort(sorted);
    assertThat(best.images()).isSubsetOf(candidates);
    assertThat(best.meanOfKept()).isEqualTo((sorted[2] + sorted[3]) / 2);
    ImageClassifier equal = classifier(new double[] {0.25, 0.5, 0.5, 0.5});
    assertThat(BestImages.of(candidates, 2, equal).images())
        .as("of equal ones the first")
        .isEqualTo(candidates.subList(1, 3));
    assertThatExceptionOfType(EvaluationException.class)
        .isThrownBy(
            () -> BestImages.of(candidates, 2, classifier(new double[] {0, Double.NaN, 1, 1})))
        .withMessageContaining("probability NaN of class 0 for candidate 1: expected 0 to 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BestImages.of(candidates, 5, darkness()))
        .withMessageContaining("5 images to keep: expected 1 to 4");
  }

  private static ImageClassifier classifier(double[] probabilities) {
    return new ImageClassifier() {
      @Override
      public String identity() {
        return "given";
      }

      @Override
      public List<String> classNames() {
        return generator.spec().classNames();
      }

      @Override
      public double[] probabilities(List<RgbSamples> images, int[] classes) {
        return probabilities;
      }
    };
  }

  @Test
  void aChoiceNeedsAClassifierOfTheModelsClasses() {
    assertThatExceptionOfType(EvaluationException.class)
        .isThrownBy(
            () ->
                new SampleMaker(
                    generator, request -> {}, Optional.of(new Darkness(List.of("one", "two")))))
        .withMessageContaining("expected the 2 classes of the classifier");
    SampleMaker without = new SampleMaker(generator, request -> {}, Optional.empty());
    try (SampleFolder held = SampleFolder.open(set(folder, COUNT, 5, BEST), Map.of(), 0, 1)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> without.make(held, (done, total) -> {}, () -> false))
          .withMessage("2/5 images are kept: a classifier is needed");
    }
  }
}
