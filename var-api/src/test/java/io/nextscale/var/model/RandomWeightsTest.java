package io.nextscale.var.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.nextscale.torch.TensorScope;
import io.nextscale.var.checkpoint.WeightSource;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RandomWeightsTest {
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

  private static float[] read(WeightSource weights, String key, long... shape) {
    try (TensorScope scope = TensorScope.open()) {
      return weights.get(key, shape).orElseThrow().toFloats();
    }
  }
}
