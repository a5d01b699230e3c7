package io.nextscale.var.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.sampling.Guidance;
import io.nextscale.var.scale.Scales;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class GuidanceWeightsTest {
  private static final Scales TEN = Scales.squares(1, 2, 3, 4, 5, 6, 8, 10, 13, 16);

  private static float[] combined(Guidance guidance, Tensor both, int k) {
    return GuidanceWeights.of(guidance, TEN).combine(both, k).toFloats();
  }

  @Test
  void combinesTheHalves() {
    try (TensorScope scope = TensorScope.open()) {
      Tensor both = Tensor.of(new float[] {1, 2, 3, 5}, 2, 1, 2);
      assertThat(combined(Guidance.constant(3), both, 0)).containsExactly(-3, -4); // t = 2
      assertThat(combined(Guidance.ramp(3), both, 0)).containsExactly(1, 2);
      assertThat(GuidanceWeights.of(Guidance.ramp(0), TEN).combine(both, 0)).isSameAs(both);
    }
  }

  /** The constant form is uncond + cfg·(cond − uncond) to the bit, though t is cfg − 1. */
  @Test
  void theConstantFormIsLlamaGens() {
    SplittableRandom random = new SplittableRandom(1);
    float[] values = new float[2000];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextDouble(-20, 20);
    }
    try (TensorScope scope = TensorScope.open()) {
      Tensor both = Tensor.of(values, 2, 1, 1000);
      for (int i = 0; i < 200; i++) {
        double cfg = random.nextDouble(0, 12);
        Tensor conditional = both.narrow(0, 0, 1);
        Tensor unconditional = both.narrow(0, 1, 1);
        Tensor official = unconditional.add(conditional.sub(unconditional).mul(cfg));
        assertThat(combined(Guidance.constant(cfg), both, 3)).containsExactly(official.toFloats());
      }
    }
  }

  @Test
  void aFunctionOfTheScaleIsAGuidance() {
    Guidance late = (scales, k) -> k < 3 ? 0 : 2;
    GuidanceWeights weights = GuidanceWeights.of(late, TEN);
    assertThat(weights.active()).isTrue();
    assertThat(weights.ofScale()).startsWith(0.0, 0.0, 0.0, 2.0).endsWith(2.0);
    assertThat(GuidanceWeights.of((scales, k) -> 0, TEN).active()).isFalse();
    try (TensorScope scope = TensorScope.open()) {
      Tensor both = Tensor.of(new float[] {1, 2, 3, 5}, 2, 1, 2);
      assertThat(combined(late, both, 2)).containsExactly(1, 2);
      assertThat(combined(late, both, 3)).containsExactly(-3, -4);
    }
  }

  @Test
  void refusesWeightsThatAreNoNumbers() {
    assertThatThrownBy(() -> GuidanceWeights.of((scales, k) -> k / 0.0, TEN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("guidance weight NaN at scale 0 (1): expected -1000000000 to 1000000000");
    assertThatThrownBy(() -> GuidanceWeights.of((scales, k) -> k < 2 ? 0 : -1e38, TEN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("guidance weight -1.0E38 at scale 2 (3): expected");
  }
}
