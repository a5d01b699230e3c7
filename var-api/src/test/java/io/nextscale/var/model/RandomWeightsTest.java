package io.nextscale.var.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.GradMode;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.checkpoint.WeightReader;
import io.nextscale.var.checkpoint.WeightSource;
import io.nextscale.var.config.NetworkConfig;
import io.nextscale.var.config.TransformerConfig;
import io.nextscale.var.raster.AimNetwork;
import io.nextscale.var.raster.LlamaNetwork;
import io.nextscale.var.raster.RasterForcing;
import io.nextscale.var.raster.RasterNetwork;
import io.nextscale.var.scale.TokenMaps;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

  /** Mamba-2 layers of M-VAR and of AiM: a decay of −e and the whole input kept. */
  @ParameterizedTest
  @ValueSource(strings = {"blocks.0.mamba", "backbone.layers.0.mixer"})
  void mambaKeepsItsState(String layer) {
    WeightSource weights = RandomWeights.of(7);
    assertThat(read(weights, layer + ".A_log", 2)).containsExactly(1, 1);
    assertThat(read(weights, layer + ".D", 2)).containsExactly(1, 1);
    assertThat(read(weights, layer + ".dt_bias", 2)).containsExactly(0, 0);
    assertThat(read(weights, layer + ".norm.weight", 2)).containsExactly(1, 1);
  }

  /** Two blocks of each kind of raster model, over a whole image. */
  @ParameterizedTest
  @ValueSource(strings = {"aim-b", "aim-l", "llamagen-c2i-b-256"})
  void rasterPresetsGiveLogitsOfOrdinarySize(String preset) {
    try (GradMode inference = GradMode.disabled();
        TensorScope scope = TensorScope.open();
        OpenModel model = ModelSource.randomPreset(preset, 7).open()) {
      ModelSpec spec = model.spec();
      TransformerConfig config = spec.transformer().toBuilder().depth(2).build();
      WeightReader reader = new WeightReader(model.transformerWeights(), Device.CPU, DType.FLOAT32);
      RasterNetwork network =
          switch (config.network()) {
            case NetworkConfig.Llama llama ->
                LlamaNetwork.read(reader, config, llama, spec.scales().last());
            case NetworkConfig.Aim aim ->
                AimNetwork.read(reader, config, aim, spec.scales().last());
            case NetworkConfig.NextScale next -> throw new AssertionError(preset);
          };
      long[][] tokens = {new SplittableRandom(1).longs(256, 0, 16384).toArray()};
      TokenMaps truth = new TokenMaps(spec.scales(), tokens);
      float[] logits =
          new RasterForcing(network).logits(truth, new long[] {3}, () -> {}).toFloats();
      double squares = 0;
      for (float logit : logits) {
        squares += (double) logit * logit;
      }
      assertThat(Math.sqrt(squares / logits.length)).isBetween(0.3, 3.0);
    }
  }

  private static float[] read(WeightSource weights, String key, long... shape) {
    try (TensorScope scope = TensorScope.open()) {
      return weights.get(key, shape).orElseThrow().toFloats();
    }
  }
}
