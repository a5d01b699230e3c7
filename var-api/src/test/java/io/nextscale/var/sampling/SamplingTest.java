package io.nextscale.var.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.scale.Scales;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SamplingTest {
  @Test
  void eachPartIsChangedAlone() {
    Sampling full =
        new Sampling(
            OptionalInt.of(5),
            OptionalDouble.of(.5),
            2,
            true,
            GreedyGrids.published(16),
            List.of(7, 3, 7));
    assertThat(full.excludedCodes()).containsExactly(3, 7);
    Sampling built =
        Sampling.greedy()
            .withTopK(5)
            .withTopP(.5)
            .withTemperature(2)
            .withSmooth(true)
            .withGreedyGrids(GreedyGrids.published(16))
            .withExcludedCodes(List.of(3, 7));
    assertThat(built).isEqualTo(full);
    assertThat(Sampling.of(1, 0)).isEqualTo(Sampling.greedy());
    assertThat(Sampling.greedy().greedyGrids()).isEqualTo(GreedyGrids.none());
  }

  @Test
  void excludedCodesMustBeCodes() {
    Sampling two = Sampling.of(0, 0).withExcludedCodes(List.of(0, 79));
    assertThat(two.requireVocabulary(80)).isSameAs(two);
    assertThatThrownBy(() -> two.requireVocabulary(79))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("excluded code 79: expected 0 to 78");
  }

  @Test
  void excludedCodesGetALowLogit() {
    try (TensorScope scope = TensorScope.open()) {
      Tensor logits = Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 1, 2, 3);
      Sampling without = Sampling.of(0, 0).withExcludedCodes(List.of(0, 2));
      assertThat(without.exclude(logits).toFloats()).containsExactly(-100, 2, -100, -100, 5, -100);
      assertThat(Sampling.greedy().exclude(logits)).isSameAs(logits);
    }
  }

  /** At a greedy grid top-k is 1, whatever else the sampling says; at others it is not. */
  @Test
  void greedyGridsDrawTheLargest() {
    float[] row = {0, 0.1f, 0.2f, 0.3f};
    float[] rows = new float[49 * 4];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = row[i % 4];
    }
    Sampling sampling = Sampling.of(0, 0).withGreedyGrids(GreedyGrids.published(16));
    TokenSampler sampler = new TokenSampler(sampling, new CounterNoise(1), 4);
    try (TensorScope scope = TensorScope.open()) {
      Scales scales = Scales.squares(1, 6, 7);
      long[] greedy = sampler.draw(Tensor.of(rows, 1, 49, 4), scales, 2).tokens();
      assertThat(greedy).containsOnly(3);
      long[] drawn = sampler.draw(Tensor.of(rows, 1, 49, 4).narrow(1, 0, 36), scales, 1).tokens();
      assertThat(drawn).contains(0, 1, 2, 3);
    }
  }

  @Test
  void logitsOfADamagedModelAreRefused() {
    float infinity = Float.POSITIVE_INFINITY;
    for (float[] row :
        List.of(
            new float[] {1, Float.NaN, 2, 3},
            new float[] {1, infinity, 2, 3},
            new float[] {-infinity, -infinity, -infinity, -infinity})) {
      for (Sampling sampling :
          List.of(Sampling.greedy(), Sampling.of(2, 0.9), Sampling.of(0, 0).withTemperature(2))) {
        TokenSampler sampler = new TokenSampler(sampling, new CounterNoise(1), 4);
        try (TensorScope scope = TensorScope.open()) {
          Tensor logits = Tensor.of(row, 1, 1, 4);
          assertThatThrownBy(() -> sampler.draw(logits, Scales.squares(1), 0))
              .isInstanceOf(IllegalStateException.class)
              .hasMessageContaining("NaN or infinity at position 0 of image 0");
        }
      }
    }
  }

  /** However low the temperature is, no logit overflows: the largest is drawn. */
  @Test
  void theLowestTemperatureDrawsTheLargest() {
    Sampling sampling = Sampling.of(0, 0).withTemperature(Double.MIN_VALUE);
    TokenSampler sampler = new TokenSampler(sampling, new CounterNoise(1), 4);
    try (TensorScope scope = TensorScope.open()) {
      Tensor logits = Tensor.of(new float[] {-3, 5, 4.9f, Float.NEGATIVE_INFINITY}, 1, 1, 4);
      assertThat(sampler.draw(logits, Scales.squares(1), 0).tokens()).containsExactly(1);
    }
  }

  /**
   * Top-k against sorting, with ties, zeros of both signs, and logits of every size, −∞ included.
   */
  @Test
  void topKKeepsWhatSortingKeeps() {
    SplittableRandom random = new SplittableRandom(1);
    for (int round = 0; round < 200; round++) {
      float[] row = new float[300];
      for (int i = 0; i < row.length; i++) {
        double size = Math.pow(10, random.nextInt(-6, 7) * (round % 3));
        row[i] = (float) (Math.round(random.nextDouble(-9, 9) * (round % 5 + 1)) / 2.0 * size);
        row[i] = random.nextInt(20) == 0 ? -0f : row[i];
        row[i] = random.nextInt(5) < round % 4 ? Float.NEGATIVE_INFINITY : row[i];
        row[i] = random.nextInt(30) == 0 ? -Float.MAX_VALUE : row[i];
      }
      int k = random.nextInt(1, 300);
      float[] sorted = row.clone();
      Arrays.sort(sorted);
      float threshold = sorted[row.length - k];
      float[] kept = row.clone();
      new TokenFilter(Sampling.of(k, 0), row.length).apply(kept);
      for (int i = 0; i < row.length; i++) {
        boolean expected = row[i] >= threshold && row[i] > Float.NEGATIVE_INFINITY;
        assertThat(kept[i] > Float.NEGATIVE_INFINITY).isEqualTo(expected);
      }
    }
  }

  /** Top-p against sorting everything, ties removed from the lowest code up. */
  @Test
  void topPKeepsWhatSortingKeeps() {
    SplittableRandom random = new SplittableRandom(2);
    for (int round = 0; round < 300; round++) {
      float[] row = new float[200];
      for (int i = 0; i < row.length; i++) {
        double width = Math.pow(4, round % 5 - 2);
        row[i] = (float) (Math.round(random.nextDouble(-9, 9) * 4) * width / 4 - round % 3 * 20);
        row[i] = random.nextInt(10) == 0 ? Float.NEGATIVE_INFINITY : row[i];
      }
      double p = round % 7 == 0 ? 1 : random.nextDouble(0.01, 1);
      float[] kept = row.clone();
      new TokenFilter(Sampling.of(0, p), row.length).apply(kept);
      assertThat(kept).containsExactly(nucleus(row, p));
    }
  }

  private static float[] nucleus(float[] row, double p) {
    Integer[] order = IntStream.range(0, row.length).boxed().toArray(Integer[]::new);
    Arrays.sort(order, Comparator.comparingDouble(i -> row[i]));
    double sum = 0;
    for (float logit : row) {
      sum += Math.exp(logit - row[order[row.length - 1]]);
    }
    float[] kept = row.clone();
    double cumulative = 0;
    for (int i = 0; i < row.length - 1; i++) {
      cumulative += Math.exp(row[order[i]] - row[order[row.length - 1]]) / sum;
      if (cumulative > 1 - p) {
        break;
      }
      kept[order[i]] = Float.NEGATIVE_INFINITY;
    }
    return kept;
  }
}
