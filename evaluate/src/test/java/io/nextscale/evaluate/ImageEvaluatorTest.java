package io.nextscale.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import io.nextscale.evaluate.error.EvaluationException;
import io.nextscale.evaluate.feature.Statistics;
import io.nextscale.evaluate.image.ImageSet;
import io.nextscale.evaluate.image.RgbSamples;
import io.nextscale.evaluate.inception.FormulaWeights;
import io.nextscale.evaluate.inception.Inception;
import io.nextscale.evaluate.metric.FeatureRows;
import io.nextscale.evaluate.metric.FrechetDistance;
import io.nextscale.evaluate.metric.KernelDistance;
import io.nextscale.evaluate.metric.Moments;
import io.nextscale.evaluate.npz.NpzFile;
import io.nextscale.torch.DType;
import io.nextscale.var.checkpoint.Checkpoint;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageEvaluatorTest {
  private static final Path SHARED = Golden.shared(ImageEvaluatorTest.class);
  private static final String REFERENCE = "reference.npz";
  private static final String SAMPLES = "samples_interleaved.npz";

  @TempDir private static Path features;

  private static Inception network;

  @TempDir private Path folder;

  @BeforeAll
  static void open() {
    network = Inception.read(new FormulaWeights(), DType.FLOAT32);
  }

  @AfterAll
  static void close() {
    network.close();
  }

  static boolean isShared() {
    return SHARED != null;
  }

  private static Path endToEnd(String name) {
    return SHARED.resolve("endtoend").resolve(name);
  }

  /**
   * An evaluator that keeps features from test to test; it is not closed: the network is shared.
   */
  private static ImageEvaluator evaluator(EvaluationProtocol protocol) {
    return new ImageEvaluator(
        network,
        "formula0",
        EvaluationOptions.DEFAULTS.withProtocol(protocol).withBatch(8).withFeatures(features));
  }

  private static void assertDistance(double actual, double wanted) {
    assertThat(actual).isCloseTo(wanted, within(1e-3 + 1e-5 * wanted));
  }

  /** So features of one of them are those of the others: computing them takes seconds. */
  @ParameterizedTest
  @EnabledIf("isShared")
  @CsvSource({
    "reference.npz, reference",
    "reference_with_statistics.npz, reference",
    "samples_by_class.npz, samples",
    "samples_interleaved.npz, samples"
  })
  void filesAndFoldersHoldTheSameImages(String file, String folder) {
    List<RgbSamples> inFolder = images(folder);
    List<RgbSamples> inFile = images(file);
    assertThat(inFile).hasSize(40);
    for (int i = 0; i < inFile.size(); i++) {
      RgbSamples same = inFolder.get(file.equals(SAMPLES) ? placeByClass(i) : i);
      assertThat(inFile.get(i).samples()).as("image %s", i).isEqualTo(same.samples());
    }
  }

  private static List<RgbSamples> images(String name) {
    ImageSet set = ImageSet.of(endToEnd(name));
    List<RgbSamples> all = new ArrayList<>();
    try (ImageSet.Images open = set.open(0)) {
      for (int i = 0; i < set.size(); i++) {
        all.add(open.next().get());
      }
    }
    return all;
  }

  /** The place that an image of {@link #SAMPLES} has in the order of classes. */
  private static int placeByClass(int place) {
    Object expected = Golden.json(endToEnd("expected.json"));
    return ((Number) ((List<?>) Golden.at(expected, "interleaved_order")).get(place)).intValue();
  }

  @Test
  @EnabledIf("isShared")
  void theFeaturesAreThoseOfTheOfficialEvaluator() {
    try (Checkpoint expected = Checkpoint.open(endToEnd("expected.safetensors"));
        EvaluatedSet reference = set(REFERENCE);
        EvaluatedSet samples = set(SAMPLES)) {
      assertFeatures(expected, "reference.pool3", reference.pooled(), i -> i);
      assertFeatures(expected, "reference.spatial", reference.spatial(), i -> i);
      assertFeatures(expected, "samples.pool3", samples.pooled(), ImageEvaluatorTest::placeByClass);
      assertFeatures(
          expected, "samples.spatial", samples.spatial(), ImageEvaluatorTest::placeByClass);
    }
  }

  private static void assertFeatures(
      Checkpoint expected, String name, FeatureRows rows, IntUnaryOperator place) {
    float[] wanted = Golden.floats(expected, name);
    double largest = 0;
    double worst = 0;
    for (int i = 0; i < rows.rows(); i++) {
      float[] row = rows.row(i);
      int start = place.applyAsInt(i) * row.length;
      for (int d = 0; d < row.length; d++) {
        largest = Math.max(largest, Math.abs(wanted[start + d]));
        worst = Math.max(worst, Math.abs(row[d] - wanted[start + d]));
      }
    }
    assertThat(worst / largest).as(name).isLessThanOrEqualTo(1e-4);
  }

  private static EvaluatedSet set(String name) {
    return evaluator(EvaluationProtocol.OPENAI).features(ImageSet.of(endToEnd(name)));
  }

  @ParameterizedTest
  @EnabledIf("isShared")
  @CsvSource({
    "reference.npz, 71.48055267, 337.640176",
    "reference_with_statistics.npz, 190.3343249, 403.2086265",
  })
  void allFiguresAreThoseOfTheOfficialEvaluator(String reference, double fid, double sfid) {
    Evaluation figures =
        evaluator(EvaluationProtocol.OPENAI).evaluate(endToEnd(SAMPLES), endToEnd(reference));

    assertDistance(figures.fid(), fid);
    assertDistance(figures.sfid().orElseThrow(), sfid);
    assertThat(figures.inceptionScore().orElseThrow()).isCloseTo(1.338266478, within(1e-5 * 1.338));
    assertThat(figures.precision()).hasValue(0.875);
    assertThat(figures.recall()).hasValue(0.65);
    assertThat(figures.samples()).isEqualTo(40);
    assertThat(figures.references()).hasValue(40);
    assertThat(figures.warnings()).singleElement().asString().contains("40 samples");
    assertThat(figures.toMap()).containsKeys("fid", "sfid", "inception_score", "precision");
  }

  @ParameterizedTest
  @EnabledIf("isShared")
  @CsvSource({
    "true, 8, 1.281749805",
    "true, 7, 1.263394391",
    "false, 8, 1.296251851",
    "false, 7, 1.294337819"
  })
  void theInceptionScoreFollowsTheOrderOfTheSamples(boolean byClass, int split, double wanted) {
    try (EvaluatedSet set = set(SAMPLES)) {
      FeatureRows rows = byClass ? byClass(set.pooled()) : set.pooled();
      assertThat(ImageEvaluator.inceptionScore(network, rows, split).value())
          .isCloseTo(wanted, within(1e-5 * wanted));
    }
  }

  private static FeatureRows byClass(FeatureRows rows) {
    float[] sorted = new float[rows.rows() * rows.dimensions()];
    for (int i = 0; i < rows.rows(); i++) {
      int start = placeByClass(i) * rows.dimensions();
      System.arraycopy(rows.row(i), 0, sorted, start, rows.dimensions());
    }
    MemorySegment memory = Arena.ofAuto().allocateFrom(ValueLayout.JAVA_FLOAT, sorted);
    return new FeatureRows(memory, rows.rows(), rows.dimensions());
  }

  @ParameterizedTest
  @EnabledIf("isShared")
  @CsvSource({
    "PYTORCH_FID, reference, 72.66868548, 1",
    "PYTORCH_FID, statistics.npz, 189.54119, 5",
    "CLEAN, reference, 78.54383619, 1"
  })
  void theOtherProtocolsGiveTheirOwnDistance(
      EvaluationProtocol protocol, String reference, double wanted, double looser) {
    Evaluation figures = evaluator(protocol).evaluate(endToEnd("samples"), endToEnd(reference));

    assertThat(figures.fid()).isCloseTo(wanted, within(looser * (1e-3 + 1e-5 * wanted)));
    assertThat(figures.inceptionScore()).isEmpty();
    assertThat(figures.precision()).isEmpty();
  }

  @Test
  @EnabledIf("isShared")
  void aSetHasNoDistanceFromItself() {
    Evaluation figures =
        evaluator(EvaluationProtocol.OPENAI).evaluate(endToEnd(REFERENCE), endToEnd(REFERENCE));

    assertThat(figures.fid()).isBetween(0.0, 1e-6);
    assertThat(figures.sfid().orElseThrow()).isBetween(0.0, 1e-6);
    assertThat(figures.precision()).hasValue(1);
    assertThat(figures.recall()).hasValue(1);
  }

  @Test
  @EnabledIf("isShared")
  void theKernelDistanceIsAFigureOnRequest() {
    Evaluation figures = kernel(40).evaluate(endToEnd(SAMPLES), endToEnd(REFERENCE));
    try (EvaluatedSet samples = kernel(40).features(ImageSet.of(endToEnd(SAMPLES)));
        EvaluatedSet images = kernel(40).features(ImageSet.of(endToEnd(REFERENCE)))) {
      double wanted = KernelDistance.of(samples.pooled(), images.pooled(), 1, 40, 9).mean();
      // a subset of 40 is the whole set, whatever the seed
      assertThat(figures.kernelDistance().orElseThrow().mean())
          .isPositive()
          .isCloseTo(wanted, within(1e-9 * wanted));
    }
    assertThat(figures.toMap()).containsKeys("kid", "kid_deviation");
    assertThatExceptionOfType(EvaluationException.class)
        .isThrownBy(() -> kernel(41).evaluate(endToEnd(SAMPLES), endToEnd(REFERENCE)))
        .withMessageContaining("40 images: the kernel distance needs at least 41");
    assertThatExceptionOfType(EvaluationException.class)
        .isThrownBy(() -> kernel(40).evaluate(endToEnd(SAMPLES), endToEnd("statistics.npz")))
        .withMessageContaining("the kernel distance compares images");
  }

  private static ImageEvaluator kernel(int size) {
    return new ImageEvaluator(
        network,
        "formula0",
        EvaluationOptions.DEFAULTS
            .withBatch(8)
            .withFeatures(features)
            .withKernelDistance(new KernelSubsets(3, size, 1)));
  }

  @Test
  @EnabledIf("isShared")
  void writtenStatisticsServeAsReferenceForTheSameProtocolOnly() {
    ImageEvaluator evaluator = evaluator(EvaluationProtocol.OPENAI);
    Path file = folder.resolve("statistics.npz");
    Statistics statistics;
    try (EvaluatedSet set = set(REFERENCE)) {
      statistics = evaluator.statistics(set);
      statistics.write(file);
      Moments merged = set.pooledMoments();
      assertThat(merged.count()).isEqualTo(40);
    }
    try (NpzFile npz = NpzFile.open(file)) {
      assertThat(npz.names()).contains("mu", "sigma", "mu_s", "sigma_s");
      assertThat(FrechetDistance.between(Statistics.read(npz).pooled(), statistics.pooled()))
          .isLessThan(1e-6);
    }
    Evaluation figures = evaluator.evaluate(endToEnd(SAMPLES), file);
    assertDistance(figures.fid(), 71.48055267);
    assertThat(figures.precision()).isEmpty();

    assertThatExceptionOfType(EvaluationException.class)
        .isThrownBy(() -> evaluator(EvaluationProtocol.CLEAN).evaluate(endToEnd(SAMPLES), file))
        .withMessageContaining("protocol openai, 40 images")
        .withMessageContaining("do not compare with protocol clean");
  }

  @Test
  void anInterruptedEvaluationGoesOnWhereItEnded() throws IOException {
    Path images = Files.createDirectory(folder.resolve("images"));
    for (int i = 0; i < 5; i++) {
      Files.copy(Golden.file("pictures/p0-rgb-64x64.png"), images.resolve(i + ".png"));
    }
    AtomicInteger asked = new AtomicInteger();
    EvaluationOptions options =
        EvaluationOptions.DEFAULTS.withBatch(2).withFeatures(folder.resolve("kept"));
    ImageEvaluator interrupted =
        new ImageEvaluator(
            network, "formula0", options.withCancelled(() -> asked.incrementAndGet() > 1));
    assertThatExceptionOfType(CancellationException.class)
        .isThrownBy(() -> interrupted.features(ImageSet.of(images)));

    AtomicInteger first = new AtomicInteger();
    ImageEvaluator resumed =
        new ImageEvaluator(
            network,
            "formula0",
            options.withListener((set, done, total) -> first.compareAndSet(0, done)));
    try (EvaluatedSet set = resumed.features(ImageSet.of(images));
        EvaluatedSet whole =
            new ImageEvaluator(network, "formula0", EvaluationOptions.DEFAULTS.withBatch(5))
                .features(ImageSet.of(images))) {
      assertThat(first).hasValue(4); // two were kept
      for (int i = 0; i < 5; i++) {
        assertThat(set.pooled().row(i)[7]).isCloseTo(whole.pooled().row(i)[7], within(1e-4f));
      }
    }
  }

  @Test
  void aDamagedImageEndsTheEvaluationAfterThoseBeforeIt() throws IOException {
    Path images = Files.createDirectory(folder.resolve("images"));
    for (int i = 0; i < 6; i++) {
      Files.copy(Golden.file("pictures/p0-rgb-64x64.png"), images.resolve(i + ".png"));
    }
    Files.writeString(images.resolve("4.png"), "no image");
    List<Integer> done = Collections.synchronizedList(new ArrayList<>());
    EvaluationOptions options =
        EvaluationOptions.DEFAULTS
            .withBatch(1)
            .withListener((set, count, total) -> done.add(count));
    ImageEvaluator evaluator = new ImageEvaluator(network, "formula0", options);

    assertThatExceptionOfType(EvaluationException.class)
        .isThrownBy(() -> evaluator.features(ImageSet.of(images)))
        .withMessageContaining("4.png");
    assertThat(done).containsExactly(1, 2, 3, 4);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bad_float_pictures.npz | elements of type F4",
        "bad_channels.npz | expected (images, height, width, 3)",
        "bad_no_pictures.npz | no array 'arr_0'",
        "bad_object.npz | elements of type",
        "bad_truncated.npz | truncated"
      })
  void badSamplesAreRefusedBeforeAnythingIsComputed(String line) {
    String[] parts = line.split(" \\| ");
    assertThatExceptionOfType(EvaluationException.class)
        .isThrownBy(() -> ImageSet.of(Golden.file("npz/" + parts[0])))
        .withMessageContaining(parts[0])
        .withMessageContaining(parts[1]);
  }

  @ParameterizedTest
  @CsvSource({
    "bad_statistics.npz, expected 48 x 48",
    "bad_nan.npz, expected finite numbers",
    "bad_no_pictures.npz, expected images (arr_0) or statistics"
  })
  void aBadReferenceIsRefused(String name, String reason) {
    assertThatExceptionOfType(EvaluationException.class)
        .isThrownBy(() -> Reference.open(Golden.file("npz/" + name), EvaluationProtocol.OPENAI))
        .withMessageContaining(name)
        .withMessageContaining(reason);
  }

  @Test
  void otherWeightsAreRefused() throws IOException {
    Path other = Files.writeString(folder.resolve("weights.pth"), "other");
    assertThatExceptionOfType(EvaluationException.class)
        .isThrownBy(() -> ImageEvaluator.load(other))
        .withMessageContaining("not the official weights")
        .withMessageContaining("pt_inception-2015-12-05-6726825d.pth");
    assertThatExceptionOfType(EvaluationException.class)
        .isThrownBy(() -> ImageEvaluator.load(folder.resolve("none.pth")))
        .withMessageContaining("no such file");
  }

  @Test
  void oneImageOrNoneIsRefused() throws IOException {
    assertThatExceptionOfType(EvaluationException.class)
        .isThrownBy(() -> ImageSet.of(folder))
        .withMessageContaining("no image in this folder");
    Files.copy(Golden.file("pictures/p0-rgb-64x64.png"), folder.resolve("a.png"));
    assertThatExceptionOfType(EvaluationException.class)
        .isThrownBy(() -> evaluator(EvaluationProtocol.OPENAI).features(ImageSet.of(folder)))
        .withMessageContaining("at least 2");
  }
}
