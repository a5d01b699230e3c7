package io.nextscale.var.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.nextscale.torch.TensorScope;
import io.nextscale.var.checkpoint.WeightSource;
import io.nextscale.var.model.InitialWeights.Rule;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class InitialWeightsTest {
  private static final InitialWeights WEIGHTS =
      new InitialWeights(
          "test",
          key -> new SplittableRandom(key.hashCode()),
          List.of(
              Rule.ending("bias", Distribution.constant(0.5)),
              Rule.containing("norm", Distribution.constant(2)),
              new Rule("head.weight"::equals, Distribution.normal(3)),
              Rule.ending("weight", Distribution.uniformByFanIn())));

  private static float[] read(WeightSource weights, String key, long... shape) {
    try (TensorScope scope = TensorScope.open()) {
      return weights.get(key, shape).orElseThrow().toFloats();
    }
  }

  @Test
  void theFirstRuleThatAcceptsAKeyDrawsIt() {
    assertThat(read(WEIGHTS, "norm.bias", 2, 2)).containsExactly(0.5f, 0.5f, 0.5f, 0.5f);
    assertThat(read(WEIGHTS, "norm.weight", 2)).containsExactly(2, 2);
    assertThat(WEIGHTS.get("scale", 2)).isEmpty();
    SplittableRandom random = new SplittableRandom("head.weight".hashCode());
    assertThat(read(WEIGHTS, "head.weight", 1, 2))
        .containsExactly((float) (random.nextGaussian() * 3), (float) (random.nextGaussian() * 3));
  }

  @Test
  void theFanInBoundsUniformWeights() {
    float[] values = read(WEIGHTS, "conv.weight", 100, 4, 3, 3);
    float most = 0;
    for (float value : values) {
      most = Math.max(most, Math.abs(value));
    }
    assertThat(most).isBetween(0.99f / 6, 1f / 6);
  }

  /**
   * The images of a random preset are compared between versions, so its weights must not change.
   */
  @Test
  void randomWeightsAreAFunctionOfSeedAndKey() {
    WeightSource weights = RandomWeights.of(7);
    float[] values = read(weights, "blocks.0.fc.weight", 5, 3);
    SplittableRandom random =
        new SplittableRandom(7 ^ (long) "blocks.0.fc.weight".hashCode() << 20);
    float bound = (float) Math.sqrt(3.0 / 3);
    for (float value : values) {
      float unit = (random.nextInt() >> 8) * 0x1p-23f;
      assertThat(value).isEqualTo(unit * bound);
    }
    assertThat(read(weights, "norm.weight", 2)).containsExactly(1, 1);
    assertThat(read(weights, "norm.bias", 2)).containsExactly(0, 0);
    assertThat(read(weights, "attn.scale_mul_1H11", 1)).containsExactly((float) Math.log(4));
  }
}
