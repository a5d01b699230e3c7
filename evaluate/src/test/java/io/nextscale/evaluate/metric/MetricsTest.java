package io.nextscale.evaluate.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import io.nextscale.evaluate.Golden;
import io.nextscale.var.checkpoint.Checkpoint;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MetricsTest {
  private static Checkpoint golden;
  private static Object expected;

  @BeforeAll
  static void open() {
    golden = Checkpoint.open(Golden.file("metrics.safetensors"));
    expected = Golden.json(Golden.file("metrics.json"));
  }

  @AfterAll
  static void close() {
    golden.close();
  }

  private static Moments moments(float[] rows, int dimensions) {
    Moments moments = new Moments(dimensions);
    for (int at = 0; at < rows.length; at += dimensions) {
      moments.add(rows, at);
    }
    return moments;
  }

  private static Moments moments(String name) {
    return moments(Golden.floats(golden, name), (int) Golden.tensor(golden, name).shape()[1]);
  }

  private static FeatureRows rows(String name) {
    long[] shape = Golden.tensor(golden, name).shape();
    MemorySegment memory =
        Arena.ofAuto().allocateFrom(ValueLayout.JAVA_FLOAT, Golden.floats(golden, name));
    return new FeatureRows(memory, (int) shape[0], (int) shape[1]);
  }

  @ParameterizedTest
  @CsvSource({
    "general, 1e-9",
    "identical, 1e-8",
    "rank_deficient, 2e-6",
    "dead_columns, 1e-9",
    "large_offset, 1e-12",
    "constant_set, 1e-9",
    "two_constant_sets, 1e-9"
  })
  void theFrechetDistanceIsTheDefinitionEvaluatedWithSixtyDigits(String name, double tolerance) {
    Gaussian first = moments("fid." + name + ".x1").gaussian();
    Gaussian second = moments("fid." + name + ".x2").gaussian();
    double wanted = Math.max(Golden.number(expected, "frechet", name, "values", "60 digits"), 0);

    assertThat(FrechetDistance.between(first, second)).isCloseTo(wanted, within(tolerance));
    assertThat(FrechetDistance.between(second, first)).isCloseTo(wanted, within(tolerance));
  }

  @Test
  void diagonalGaussiansHaveAKnownDistance() {
    double[] mean1 = Golden.doubles(golden, "fid.diagonal.mu1");
    double[] mean2 = Golden.doubles(golden, "fid.diagonal.mu2");
    double[] variance1 = Golden.doubles(golden, "fid.diagonal.var1");
    double[] variance2 = Golden.doubles(golden, "fid.diagonal.var2");
    double[] singular = Golden.doubles(golden, "fid.diagonal_singular.var1");

    assertThat(FrechetDistance.between(diagonal(mean1, variance1), diagonal(mean2, variance2)))
        .isCloseTo(83.442856935594, within(1e-9));
    assertThat(FrechetDistance.between(diagonal(mean1, singular), diagonal(mean2, variance2)))
        .isCloseTo(104.98237411631067, within(1e-9));
  }

  /** Eight images in 96 dimensions; the second set is the first, scaled and moved. */
  @Test
  void fewImagesInManyDimensionsHaveAKnownDistance() {
    Random random = new Random(3);
    Moments first = new Moments(96);
    Moments second = new Moments(96);
    for (int i = 0; i < 8; i++) {
      float[] row = new float[96];
      float[] other = new float[96];
      for (int d = 0; d < row.length; d++) {
        row[d] = random.nextInt(-512, 512) / 64f; // exact, halves as well
        other[d] = row[d] / 2 + 1;
      }
      first.add(row, 0);
      second.add(other, 0);
    }
    Gaussian one = first.gaussian();
    double[] columns = LowRank.factor(one).orElseThrow();
    assertThat(columns).hasSize(7 * 96); // the mean takes one degree of freedom
    double trace = 0;
    double distance = 0;
    for (int i = 0; i < 96; i++) {
      for (int j = 0; j < 96; j++) {
        double sum = 0;
        for (int k = 0; k < 7; k++) {
          sum += columns[k * 96 + i] * columns[k * 96 + j];
        }
        assertThat(sum).isCloseTo(one.covariance()[i * 96 + j], within(1e-12));
      }
      trace += one.covariance()[i * 96 + i];
      double moved = one.mean()[i] / 2 - 1;
      distance += moved * moved;
    }
    assertThat(FrechetDistance.between(one, second.gaussian()))
        .isCloseTo(distance + trace / 4, within(1e-9)); // (1 - 1/2)² tr Σ
    assertThat(FrechetDistance.between(one, one)).isLessThan(1e-10);
    assertThat(LowRank.factor(moments("fid.general.x1").gaussian())).isEmpty();
  }

  private static Gaussian diagonal(double[] mean, double[] variance) {
    double[] covariance = new double[mean.length * mean.length];
    for (int d = 0; d < mean.length; d++) {
      covariance[d * mean.length + d] = variance[d];
    }
    return new Gaussian(mean, covariance);
  }

  @Test
  void meanAndCovarianceAreThoseOfNumpy() {
    Gaussian gaussian = moments("fid.general.x1").gaussian();

    assertThat(gaussian.mean())
        .usingElementComparator((a, b) -> Math.abs(a - b) < 1e-14 ? 0 : 1)
        .containsExactly(Golden.doubles(golden, "fid.general.mu1"));
    assertThat(gaussian.covariance())
        .usingElementComparator((a, b) -> Math.abs(a - b) < 1e-13 ? 0 : 1)
        .containsExactly(Golden.doubles(golden, "fid.general.sigma1"));
  }

  @Test
  void sevenPartsMergeInAnyOrderToTheWhole() {
    float[] rows = Golden.floats(golden, "fid.large_offset.x1");
    int dimensions = 8;
    Moments whole = moments(rows, dimensions);
    List<Moments> parts = new ArrayList<>();
    int count = rows.length / dimensions;
    for (int part = 0; part < 7; part++) {
      int from = part * count / 7;
      int to = (part + 1) * count / 7;
      parts.add(moments(Arrays.copyOfRange(rows, from * dimensions, to * dimensions), dimensions));
    }
    for (int seed = 0; seed < 5; seed++) {
      Collections.shuffle(parts, new Random(seed));
      Moments merged = new Moments(dimensions);
      for (Moments part : parts) {
        merged.merge(Moments.of(part.count(), part.mean(), part.scatter()));
      }
      assertThat(merged.count()).isEqualTo(count);
      assertRelative(merged.mean(), whole.mean());
      assertRelative(merged.scatter(), whole.scatter());
    }
  }

  private static void assertRelative(double[] actual, double[] wanted) {
    double largest = Arrays.stream(wanted).map(Math::abs).max().orElseThrow();
    for (int i = 0; i < wanted.length; i++) {
      assertThat(actual[i]).isCloseTo(wanted[i], within(1e-9 * largest));
    }
  }

  @Test
  void aCovarianceNeedsTwoImages() {
    Moments one = new Moments(2);
    one.add(new float[] {1, 2}, 0);

    assertThatIllegalStateException()
        .isThrownBy(one::gaussian)
        .withMessageContaining("1 image(s)")
        .withMessageContaining("at least 2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Gaussian(new double[] {1}, new double[] {Double.NaN}))
        .withMessageContaining("finite");
  }

  @ParameterizedTest
  @CsvSource({"class_order, 5000", "class_order, 12", "class_order, 50", "class_order, 1"})
  void theInceptionScoreIsThatOfOpenAiInTheOrderOfTheFiles(String order, int split) {
    assertScore(order, split, identity(120));
  }

  @ParameterizedTest
  @ValueSource(ints = {5000, 12, 50, 1})
  void theInceptionScoreDependsOnTheOrder(int split) {
    assertScore("interleaved", split, Golden.integers(golden, "is.interleaved_order"));
  }

  private static void assertScore(String order, int split, int[] rows) {
    float[] logits = Golden.floats(golden, "is.logits");
    InceptionScore score = new InceptionScore(20, split);
    InceptionScore odd = new InceptionScore(20, split);
    for (int i = 0; i < rows.length; i++) {
      (i % 2 == 0 ? score : odd).add(i, logits, 20 * rows[i]);
    }
    score.merge(odd);
    double wanted =
        Golden.number(
            expected,
            "inception_score",
            "guided-diffusion",
            order,
            Integer.toString(split),
            "float64");
    assertThat(score.value()).isCloseTo(wanted, within(1e-6 * wanted));
  }

  private static int[] identity(int count) {
    int[] order = new int[count];
    Arrays.setAll(order, i -> i);
    return order;
  }

  @Test
  void certainPredictionsOfAllClassesScoreTheNumberOfClasses() {
    InceptionScore score = new InceptionScore(10, 5000);
    for (int i = 0; i < 50; i++) {
      float[] logits = new float[10];
      logits[i % 10] = 1000;
      score.add(i, logits, 0);
    }
    assertThat(score.value()).isCloseTo(10, within(1e-12));
  }

  @ParameterizedTest
  @ValueSource(strings = {"continuous", "duplicates", "large_norms"})
  void precisionAndRecallCoverTheSameImages(String name) {
    FeatureRows reference = rows("pr." + name + ".ref");
    FeatureRows samples = rows("pr." + name + ".sample");
    double[] radii = Golden.doubles(golden, "pr." + name + ".radii_ref");
    float[] referenceRadii = PrecisionRecall.squaredRadii(reference);
    double largest = Arrays.stream(radii).max().orElseThrow();
    for (int i = 0; i < radii.length; i++) {
      assertThat((double) referenceRadii[i]).isCloseTo(radii[i], within(1e-5 * largest));
    }
    assertThat(bits(PrecisionRecall.covered(samples, reference, referenceRadii)))
        .isEqualTo(Golden.integers(golden, "pr." + name + ".in_ref"));
    assertThat(
            bits(
                PrecisionRecall.covered(reference, samples, PrecisionRecall.squaredRadii(samples))))
        .isEqualTo(Golden.integers(golden, "pr." + name + ".in_sample"));

    PrecisionRecall both = PrecisionRecall.of(reference, samples);
    assertThat(both.precision())
        .isEqualTo(Golden.number(expected, "precision_recall", name, "float64", "precision"));
    assertThat(both.recall())
        .isEqualTo(Golden.number(expected, "precision_recall", name, "float64", "recall"));
  }

  private static int[] bits(boolean[] values) {
    int[] bits = new int[values.length];
    Arrays.setAll(bits, i -> values[i] ? 1 : 0);
    return bits;
  }

  @Test
  void theKernelDistanceOfASubsetIsThatOfTorchFidelity() {
    FeatureRows first = rows("fid.general.x1");
    FeatureRows second = rows("fid.general.x2");
    int[] firstRows = Golden.integers(golden, "kid.subset1");
    int[] secondRows = Golden.integers(golden, "kid.subset2");
    List<?> wanted = (List<?>) Golden.at(expected, "kid", "float64", "per_subset");
    for (int s = 0; s < 10; s++) {
      double value =
          KernelDistance.ofSubset(
              first,
              Arrays.copyOfRange(firstRows, 100 * s, 100 * s + 100),
              second,
              Arrays.copyOfRange(secondRows, 100 * s, 100 * s + 100));
      assertThat(value).isCloseTo(((Number) wanted.get(s)).doubleValue(), within(1e-6));
    }
    KernelDistance drawn = KernelDistance.of(first, second, 10, 100, 1);
    assertThat(drawn.mean())
        .isCloseTo(Golden.number(expected, "kid", "float64", "mean"), within(0.06));
  }
}
