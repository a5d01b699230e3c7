package io.nextscale.var.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.sampling.CounterNoise;
import io.nextscale.var.sampling.GreedyGrids;
import io.nextscale.var.sampling.Sampling;
import io.nextscale.var.sampling.TokenPlace;
import io.nextscale.var.scale.Scales;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Filters of logits against sorting, and the rules that are no filter. */
class TokenFilterTest {
  private static final TokenPlace PLACE = new TokenPlace(0, Scales.squares(1), 0, 0);

  private static TokenSampler sampler(Sampling sampling, int vocabulary) {
    return new TokenSampler(new Drawing(sampling, new CounterNoise(1)), vocabulary);
  }

  @Test
  void excludedCodesGetALowLogit() {
    try (TensorScope scope = TensorScope.open()) {
      Tensor logits = Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 1, 2, 3);
      Sampling without = Sampling.all().withExcludedCodes(List.of(0, 2));
      assertThat(sampler(without, 3).exclude(logits).toFloats())
          .containsExactly(-100, 2, -100, -100, 5, -100);
      assertThat(sampler(Sampling.greedy(), 3).exclude(logits)).isSameAs(logits);
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
    Sampling sampling = Sampling.all().withGreedyGrids(GreedyGrids.published(16));
    TokenSampler sampler = sampler(sampling, 4);
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
          List.of(Sampling.greedy(), Sampling.of(2, 0.9), Sampling.all().withTemperature(2))) {
        TokenSampler sampler = sampler(sampling, 4);
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
    Sampling sampling = Sampling.all().withTemperature(Double.MIN_VALUE);
    TokenSampler sampler = sampler(sampling, 4);
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
      new TokenFilter(Sampling.all().withTopK(k), row.length).process(kept, PLACE);
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
      new TokenFilter(Sampling.all().withTopP(p), row.length).process(kept, PLACE);
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
