package io.nextscale.var.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import io.nextscale.torch.Autograd;
import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.Functional;
import io.nextscale.torch.GradMode;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.torch.Torch;
import io.nextscale.torch.cpu.OneDnn;
import io.nextscale.var.checkpoint.WeightReader;
import io.nextscale.var.checkpoint.WeightSource;
import io.nextscale.var.model.ConfigFile;
import io.nextscale.var.model.ModelSpec;
import io.nextscale.var.nn.NormSilu;
import io.nextscale.var.nn.Stage;
import io.nextscale.var.nn.Upsample2x;
import io.nextscale.var.tokenizer.VqVae;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class VqVaeFormTest {
  /** Two levels, attention in the middle, a block whose channels change in each level. */
  private static final String CONFIG =
      """
      {"family": "var", "name": "small", "patch_nums": [1, 2, 4],
       "vae": {"vocab_size": 64, "z_channels": 8, "ch": 16, "ch_mult": [1, 2],
               "num_res_blocks": 1, "norm_groups": 4},
       "transformer": {"num_classes": 2, "depth": 1, "embed_dim": 16, "num_heads": 2}}
      """;

  private static final ModelSpec SPEC =
      ConfigFile.parse("small", CONFIG.getBytes(StandardCharsets.UTF_8));
  private static final int SIDE = 8;
  private static final int LATENT_SIDE = 4;

  /** Weights of some size for any key, the same at every reading. */
  private record Weights() implements WeightSource {
    @Override
    public Path origin() {
      return Path.of("weights");
    }

    @Override
    public Set<String> keys() {
      return Set.of();
    }

    @Override
    public Optional<Tensor> get(String key, long... shape) {
      try (TensorScope scope = TensorScope.open()) {
        Tensor unit = RandomTensors.of(new SplittableRandom(key.hashCode()), shape);
        return Optional.of(scope.keep(unit.mul(0.2)));
      }
    }
  }

  private static VqVae read(DType dtype) {
    WeightReader reader = new WeightReader(new Weights(), Device.CPU, dtype);
    return VqVae.read(reader, SPEC.tokenizer(), SPEC.scales());
  }

  private static List<Stage> all(Stage stages) {
    List<Stage> all = new ArrayList<>();
    UnaryOperator<Stage> list =
        stage -> {
          all.add(stage);
          return stage;
        };
    stages.map(list);
    return all;
  }

  @AfterEach
  void nothingIsLeft() {
    assertThat(Torch.liveTensors()).isZero();
  }

  /** Up to rounding: bfloat16 has 8 bits, and its rounding errors pass some ten layers. */
  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"FLOAT32", "BFLOAT16"})
  void computesThePlainTokenizer(DType dtype) {
    float tolerance = dtype == DType.FLOAT32 ? 2e-5f : 0.1f;
    SplittableRandom random = new SplittableRandom(3);
    try (GradMode inference = GradMode.disabled();
        TensorScope scope = TensorScope.open()) {
      VqVae plain = read(dtype);
      VqVae form = VqVaeForm.of(read(dtype));
      Tensor image = RandomTensors.of(random, 2, 3, SIDE, SIDE);
      float[] latent = plain.encode(image).toFloats();
      assertThat(form.encode(image).toFloats()).containsExactly(latent);
      Tensor input = RandomTensors.of(random, 2, 8, LATENT_SIDE, LATENT_SIDE);
      Tensor expected = plain.decode(input);
      assertThat(spread(expected.toFloats())).isGreaterThan(0.5f);
      assertThat(form.decode(input).toFloats())
          .containsExactly(expected.toFloats(), within(tolerance));
      // neither wrote to its input
      assertThat(input.toFloats()).containsExactly(afterImage(new SplittableRandom(3)));
    }
  }

  private static float spread(float[] values) {
    float least = Float.MAX_VALUE;
    float most = -Float.MAX_VALUE;
    for (float value : values) {
      least = Math.min(least, value);
      most = Math.max(most, value);
    }
    return most - least;
  }

  private static float[] afterImage(SplittableRandom random) {
    RandomTensors.of(random, 2, 3, SIDE, SIDE);
    return RandomTensors.of(random, 2, 8, LATENT_SIDE, LATENT_SIDE).toFloats();
  }

  @Test
  void replacesTheStagesThatHaveAFasterFormAndFreesTheirWeights() {
    try (GradMode inference = GradMode.disabled();
        TensorScope scope = TensorScope.open()) {
      VqVae plain = read(DType.FLOAT32);
      VqVae form = VqVaeForm.of(plain);
      assertThat(all(form.encoder())).noneMatch(NormSilu.class::isInstance);
      assertThat(all(form.decoder())).noneMatch(NormSilu.class::isInstance);
      assertThat(all(form.decoder())).anyMatch(NormSiluInPlace.class::isInstance);
      assertThat(OneDnn.isAvailable(DType.FLOAT32)).isTrue();
      assertThat(all(form.decoder())).noneMatch(Upsample2x.class::isInstance);
      List<Stage> upsamplings =
          all(plain.decoder()).stream().filter(Upsample2x.class::isInstance).toList();
      assertThat(upsamplings).hasSize(1);
      Tensor replaced = ((Upsample2x) upsamplings.getFirst()).conv().weight();
      assertThatIllegalStateException()
          .isThrownBy(replaced::toFloats)
          .withMessageContaining("freed");
    }
  }

  /** Plain stages train: gradients reach the image and the latent through all of them. */
  @Test
  void thePlainTokenizerRecordsGradients() {
    try (TensorScope scope = TensorScope.open();
        GradMode training = GradMode.enabled()) {
      VqVae plain = read(DType.FLOAT32);
      Tensor image =
          Autograd.parameter(RandomTensors.of(new SplittableRandom(5), 1, 3, SIDE, SIDE));
      Tensor decoded = plain.decode(plain.encode(image));
      Autograd.backward(Functional.sum(decoded.reshape(-1), 0, false));
      float[] gradient = Autograd.gradient(image).orElseThrow().toFloats();
      assertThat(spread(gradient)).isGreaterThan(1e-3f);
      for (float value : gradient) {
        assertThat(value).isFinite();
      }
    }
  }
}
