package io.nextscale.train.transformer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.nextscale.torch.TensorScope;
import io.nextscale.var.config.TransformerConfig;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TransformerInitializationTest {
  private static final int WIDTH = 96;
  private static final int DEPTH = 8;
  // sqrt(1 / 3C)
  private static final double USUAL = Math.sqrt(1.0 / (3 * WIDTH));
  private static final TransformerConfig CONFIG =
      TransformerConfig.builder()
          .depth(DEPTH)
          .width(WIDTH)
          .heads(4)
          .hiddenWidth(192)
          .classes(300)
          .codeWidth(16)
          .vocabularySize(128)
          .build();

  private static float[] weight(double gamma, String key, long... shape) {
    return weight(1, gamma, key, shape);
  }

  private static float[] weight(long seed, double gamma, String key, long... shape) {
    try (TensorScope scope = TensorScope.open()) {
      return TransformerInitialization.weights(CONFIG, seed, gamma)
          .get(key, shape)
          .orElseThrow()
          .toFloats();
    }
  }

  private static double deviation(float[] values) {
    double squares = 0;
    for (float value : values) {
      squares += value * value;
    }
    return Math.sqrt(squares / values.length);
  }

  private static void deviates(float[] values, double expected) {
    assertThat(deviation(values)).isCloseTo(expected, within(0.05 * expected));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.3, 1})
  void biasesOfGammasAreTheGammaAndAllOthersNothing(double gamma) {
    float[] bias = weight(gamma, "blocks.7.ada_lin.1.bias", 6 * WIDTH);
    assertThat(Arrays.copyOf(bias, 2 * WIDTH)).containsOnly((float) gamma);
    assertThat(Arrays.copyOfRange(bias, 2 * WIDTH, 6 * WIDTH)).containsOnly(0);
    assertThat(weight(gamma, "head_nm.ada_lin.1.bias", 2 * WIDTH)).containsOnly(0);
    assertThat(weight(gamma, "shared_ada_lin.1.bias", 6 * WIDTH)).containsOnly(0);
    assertThat(weight(gamma, "blocks.0.attn.proj.bias", WIDTH)).containsOnly(0);
  }

  @Test
  void classesAreToldApartMoreWithAGamma() {
    deviates(weight(0, "class_emb.weight", 301, WIDTH), USUAL);
    deviates(weight(0.3, "class_emb.weight", 301, WIDTH), 0.3);
  }

  @Test
  void blocksAddAlmostNothingWithoutAGamma() {
    float[] official = weight(0, "blocks.2.ada_lin.1.weight", 6 * WIDTH, WIDTH);
    int gammas = 2 * WIDTH * WIDTH;
    deviates(Arrays.copyOf(official, gammas), 1e-5 * USUAL);
    deviates(Arrays.copyOfRange(official, gammas, official.length), 0.5 * USUAL);
    deviates(weight(0.3, "blocks.2.ada_lin.1.weight", 6 * WIDTH, WIDTH), 0.5 * USUAL);
  }

  @ParameterizedTest
  @CsvSource({
    "word_embed.weight, 1",
    "blocks.3.attn.mat_qkv.weight, 1",
    "blocks.3.attn.proj.weight, 0.25",
    "blocks.3.ffn.fc1.weight, 1",
    "blocks.3.ffn.fc2.weight, 0.25",
    "blocks.3.mamba.in_proj.weight, 1",
    "blocks.3.mamba.out_proj.weight, 0.25",
    "shared_ada_lin.1.weight, 1",
    "head_nm.ada_lin.1.weight, 0.5",
    "head.weight, 0.02"
  })
  void whatAddsToTheStreamOrLeavesTheModelIsSmaller(String key, double factor) {
    deviates(weight(0, key, 2 * WIDTH, WIDTH), factor * USUAL);
    deviates(weight(0.3, key, 2 * WIDTH, WIDTH), factor * USUAL);
  }

  @Test
  void attentionBeginsWithAScaleOfFour() {
    float[] logarithms = weight(0, "blocks.0.attn.scale_mul_1H11", 1, 4, 1, 1);
    assertThat(logarithms).containsOnly((float) Math.log(4));
  }

  /** Decay rates of 1 to 16, and steps of 0.001 to 0.1 by their logarithm. */
  @Test
  void mamba2BeginsWithTheOfficialRanges() {
    float[] decays = weight(0.3, "blocks.0.mamba.A_log", 2000);
    float[] biases = weight(0.3, "blocks.0.mamba.dt_bias", 2000);
    double small = 0;
    for (int i = 0; i < decays.length; i++) {
      assertThat(Math.exp(decays[i])).isBetween(0.9999, 16.0001);
      double step = Math.log1p(Math.exp(biases[i]));
      assertThat(step).isBetween(0.000999, 0.1001);
      small += step < 0.01 ? 1 : 0;
    }
    assertThat(small / decays.length).isCloseTo(0.5, within(0.05));
    assertThat(weight(0, "blocks.0.mamba.D", 8)).containsOnly(1);
    assertThat(weight(0, "blocks.0.mamba.norm.weight", 8)).containsOnly(1);
    assertThat(weight(0, "blocks.0.mamba.conv1d.bias", 8)).containsOnly(0);
    for (float value : weight(0, "blocks.0.mamba.conv1d.weight", 64, 1, 4)) {
      assertThat(value).isBetween(-0.5f, 0.5f);
    }
  }

  @Test
  void seedAndNameFixAWeight() {
    float[] weight = weight(4, 0, "word_embed.weight", 8, 4);
    assertThat(weight(4, 0, "word_embed.weight", 8, 4)).containsExactly(weight);
    assertThat(weight(5, 0, "word_embed.weight", 8, 4)).isNotEqualTo(weight);
    assertThat(weight(4, 0, "pos_start", 8, 4)).isNotEqualTo(weight);
  }
}
