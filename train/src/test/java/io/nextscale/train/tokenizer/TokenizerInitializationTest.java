package io.nextscale.train.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.nextscale.torch.GradMode;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.train.SmallModels;
import io.nextscale.train.optim.Parameters;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenizerInitializationTest {
  private static float[] weight(long seed, String key, long... shape) {
    try (TensorScope scope = TensorScope.open()) {
      return TokenizerInitialization.weights(seed).get(key, shape).orElseThrow().toFloats();
    }
  }

  private static double variance(float[] values) {
    double squares = 0;
    for (float value : values) {
      squares += value * value;
    }
    return squares / values.length;
  }

  /** Uniform within ±b has the variance b²/3. */
  @Test
  void kernelsAreUniformWithinTheRootOfTheFanIn() {
    float[] kernel = weight(1, "encoder.conv_in.weight", 64, 16, 3, 3);
    double bound = 1 / Math.sqrt(16 * 3 * 3);
    float most = 0;
    for (float value : kernel) {
      most = Math.max(most, Math.abs(value));
    }
    assertThat((double) most).isBetween(0.99 * bound, bound);
    assertThat(variance(kernel)).isCloseTo(bound * bound / 3, within(0.05 * bound * bound / 3));
  }

  @Test
  void codesAreNormal() {
    float[] codes = weight(1, "quantize.embedding.weight", 1024, 16);
    assertThat(variance(codes)).isCloseTo(1, within(0.05));
    int beyond = 0;
    for (float value : codes) {
      beyond += Math.abs(value) > 2 ? 1 : 0;
    }
    assertThat(beyond / (double) codes.length).isCloseTo(0.0455, within(0.007));
  }

  @ParameterizedTest
  @ValueSource(strings = {"var", "flexvar"})
  void aWholeTokenizerStartsFromIt(String family) {
    try (TensorScope scope = TensorScope.open();
        GradMode mode = GradMode.disabled();
        Parameters parameters = new Parameters(TokenizerInitialization.weights(2))) {
      SmallModels.tokenizer(SmallModels.spec(family), parameters);
      assertThat(parameters.all()).hasSizeGreaterThan(40);
      for (Map.Entry<String, Tensor> entry : parameters.all().entrySet()) {
        float[] values = entry.getValue().toFloats();
        if (entry.getKey().endsWith("bias")) {
          assertThat(values).as(entry.getKey()).containsOnly(0);
        } else if (entry.getValue().dim() == 1) { // what a norm multiplies by
          assertThat(values).as(entry.getKey()).containsOnly(1);
        } else {
          assertThat(variance(values)).as(entry.getKey()).isPositive();
        }
      }
    }
  }

  @Test
  void seedAndNameFixAWeight() {
    float[] weight = weight(4, "decoder.conv_in.weight", 8, 4, 3, 3);
    assertThat(weight(4, "decoder.conv_in.weight", 8, 4, 3, 3)).containsExactly(weight);
    assertThat(weight(5, "decoder.conv_in.weight", 8, 4, 3, 3)).isNotEqualTo(weight);
    assertThat(weight(4, "encoder.conv_in.weight", 8, 4, 3, 3)).isNotEqualTo(weight);
  }
}
