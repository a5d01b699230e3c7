package io.nextscale.var.nn;

import static org.assertj.core.api.Assertions.assertThat;

import io.nextscale.torch.TensorScope;
import io.nextscale.var.checkpoint.WeightSource;
import io.nextscale.var.nn.InitialWeights.Rule;
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
}
