package io.nextscale.var.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.torch.Torch;
import io.nextscale.var.sampling.CounterNoise;
import io.nextscale.var.sampling.Sampling;
import io.nextscale.var.scale.Scales;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Drawn tokens against known probabilities, by Pearson's chi-square. Seeds are fixed: no test fails
 * by chance.
 */
class TokenSamplerTest {
  private static final int DRAWS = 20_000;
  private static final int SIDE = 100;
  private static final float[] LOGITS = logits();

  @AfterEach
  void nothingIsLeftAlive() {
    assertThat(Torch.liveTensors()).isZero();
  }

  /** Probabilities from about 0.3 down to 0.002. */
  private static float[] logits() {
    float[] logits = new float[24];
    SplittableRandom random = new SplittableRandom(3);
    for (int i = 0; i < logits.length; i++) {
      logits[i] = (float) (3 - 0.2 * i + 0.1 * random.nextDouble());
    }
    return logits;
  }

  private static double[] softmax(double temperature) {
    double[] p = new double[LOGITS.length];
    double sum = 0;
    for (int i = 0; i < p.length; i++) {
      p[i] = Math.exp(LOGITS[i] / temperature);
      sum += p[i];
    }
    for (int i = 0; i < p.length; i++) {
      p[i] /= sum;
    }
    return p;
  }

  /** The first entries of a falling distribution, made to add up to 1. */
  private static double[] largest(double[] p, int count) {
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += p[i];
    }
    double[] kept = new double[p.length];
    for (int i = 0; i < count; i++) {
      kept[i] = p[i] / sum;
    }
    return kept;
  }

  private static long[] draw(Sampling sampling, long... seeds) {
    int length = DRAWS / 2;
    float[] rows = new float[DRAWS * LOGITS.length];
    for (int i = 0; i < DRAWS; i++) {
      System.arraycopy(LOGITS, 0, rows, i * LOGITS.length, LOGITS.length);
    }
    TokenSampler sampler =
        new TokenSampler(new Drawing(sampling, new CounterNoise(seeds)), LOGITS.length);
    try (TensorScope scope = TensorScope.open()) {
      Tensor guided = Tensor.of(rows, 2, length, LOGITS.length);
      return sampler.draw(guided, Scales.squares(SIDE), 0).tokens();
    }
  }

  private static void assertDistributed(Sampling sampling, double[] probabilities) {
    long[] tokens = draw(sampling, 11, 12);
    assertThat(tokens).hasSize(DRAWS);
    int[] counts = new int[probabilities.length];
    for (long token : tokens) {
      counts[(int) token]++;
    }
    double chiSquare = 0;
    int freedom = -1;
    for (int i = 0; i < counts.length; i++) {
      double expected = DRAWS * probabilities[i];
      if (expected == 0) {
        assertThat(counts[i]).as("token %d is filtered out", i).isZero();
      } else {
        assertThat(expected).as("enough draws for token %d", i).isGreaterThan(5);
        chiSquare += (counts[i] - expected) * (counts[i] - expected) / expected;
        freedom++;
      }
    }
    System.out.printf(
        "  %s: chi-square %.1f, %d degrees of freedom%n", sampling, chiSquare, freedom);
    // mean n, variance 2n: four standard deviations either way (too good is wrong as well)
    assertThat(chiSquare)
        .isBetween(
            Math.max(freedom - 4 * Math.sqrt(2.0 * freedom), 0),
            freedom + 4 * Math.sqrt(2.0 * freedom));
  }

  @Test
  void drawsFromTheSoftmax() {
    assertDistributed(Sampling.all(), softmax(1));
  }

  @Test
  void drawsFromTheLargest() {
    assertDistributed(Sampling.all().withTopK(7), largest(softmax(1), 7));
    assertDistributed(Sampling.all().withTopK(24), softmax(1));
  }

  @Test
  void drawsFromTheNucleus() {
    double[] p = softmax(1);
    int count = 0;
    for (double sum = 0; sum < 0.8; count++) {
      sum += p[count];
    }
    assertThat(count).isBetween(5, 15);
    assertDistributed(Sampling.all().withTopP(0.8), largest(p, count));
  }

  @Test
  void theNucleusIsThatOfTheLargest() {
    double[] ten = largest(softmax(1), 10);
    int count = 0;
    for (double sum = 0; sum < 0.7; count++) {
      sum += ten[count];
    }
    assertThat(count).isLessThan(10);
    assertDistributed(Sampling.of(10, 0.7), largest(ten, count));
  }

  @Test
  void dividesByTheTemperature() {
    assertDistributed(Sampling.all().withTemperature(2), softmax(2));
    assertDistributed(Sampling.all().withTopK(6).withTemperature(0.7), largest(softmax(0.7), 6));
  }

  @Test
  void excludedCodesAreNotDrawnAtAnyTemperature() {
    Sampling ten = Sampling.all().withExcludedCodes(IntStream.range(10, 24).boxed().toList());
    assertDistributed(ten, largest(softmax(1), 10));
    assertDistributed(ten.withTemperature(50), largest(softmax(50), 10));
  }

  @Test
  void bothImagesHaveNoiseOfTheirOwn() {
    long[] different = draw(Sampling.all(), 1, 2);
    long[] equal = draw(Sampling.all(), 1, 1);
    int half = DRAWS / 2;
    int same = 0;
    for (int i = 0; i < half; i++) {
      assertThat(equal[i]).isEqualTo(equal[half + i]);
      same += different[i] == different[half + i] ? 1 : 0;
    }
    double[] p = softmax(1);
    double chance = 0;
    for (double one : p) {
      chance += one * one;
    }
    assertThat((double) same / half).isBetween(chance - 0.03, chance + 0.03);
  }

  @Test
  void greedyTakesTheLargest() {
    assertThat(draw(Sampling.greedy(), 1, 2)).containsOnly(0);
    assertThat(draw(Sampling.all().withTopP(1e-9), 1, 2)).containsOnly(0);
  }

  @Test
  void namesThePositionOfNaN() {
    float[] rows = {0, 1, Float.NaN, 0};
    try (TensorScope scope = TensorScope.open()) {
      Tensor guided = Tensor.of(rows, 2, 1, 2);
      TokenSampler sampler =
          new TokenSampler(new Drawing(Sampling.greedy(), new CounterNoise(1, 2)), 2);
      assertThatThrownBy(() -> sampler.draw(guided, Scales.squares(1), 0))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("NaN or infinity at position 0 of image 1");
    }
  }
}
