package io.nextscale.train.transformer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.nextscale.torch.Autograd;
import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.GradMode;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.torch.Torch;
import io.nextscale.train.optim.AdamW;
import io.nextscale.train.optim.Parameters;
import io.nextscale.var.checkpoint.WeightReader;
import io.nextscale.var.model.ConfigFile;
import io.nextscale.var.model.ModelSpec;
import io.nextscale.var.scale.TokenMaps;
import io.nextscale.var.tokenizer.VqVae;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A small transformer of each family, trained as a large one is. */
class TransformerLossTest {
  private static final String VAR =
      """
      {"family": "var", "name": "small", "patch_nums": [1, 2, 3],
       "vae": {"vocab_size": 16, "z_channels": 4, "ch": 8, "ch_mult": [1, 1],
               "num_res_blocks": 1, "norm_groups": 4},
       "transformer": {"num_classes": 2, "depth": 2, "embed_dim": 16, "num_heads": 2}}
      """;
  private static final String FLEXVAR =
      """
      {"family": "flexvar", "name": "small", "patch_nums": [1, 2, 3],
       "vae": {"codebook_size": 16, "codebook_embed_dim": 4, "z_channels": 8, "ch": 8,
               "encoder_ch_mult": [1, 1], "decoder_ch_mult": [1, 1], "num_res_blocks": 1,
               "norm_groups": 4},
       "transformer": {"num_classes": 2, "depth": 2, "embed_dim": 16, "num_heads": 2,
                       "pos_grid": 4, "shared_aln": true}}
      """;

  private long before;

  @BeforeEach
  void count() {
    before = Torch.liveTensors();
  }

  @AfterEach
  void nothingIsLeft() {
    assertThat(Torch.liveTensors()).isEqualTo(before);
  }

  private static ModelSpec spec(String family) {
    String json = family.equals("var") ? VAR : FLEXVAR;
    return ConfigFile.parse(family, json.getBytes(StandardCharsets.UTF_8));
  }

  /** Any weights will do for a tokenizer that is not trained; only its codebook matters. */
  private static TransformerLoss loss(ModelSpec spec, DType compute) {
    WeightReader reader =
        new WeightReader(
            TransformerInitialization.weights(spec.transformer(), 5, 0), Device.CPU, DType.FLOAT32);
    VqVae tokenizer = VqVae.read(reader, spec.tokenizer(), spec.scales());
    return new TransformerLoss(spec.transformer(), spec.scales(), tokenizer, compute);
  }

  private static TokenMaps tokens(ModelSpec spec, int batch) {
    SplittableRandom random = new SplittableRandom(3);
    long[][] maps = new long[batch][];
    for (int b = 0; b < batch; b++) {
      maps[b] = random.longs(spec.scales().tokens(), 0, 16).toArray();
    }
    return new TokenMaps(spec.scales(), maps);
  }

  /** The loss of one batch falls to near zero: all of the model learns. */
  @ParameterizedTest
  @CsvSource({"var, FLOAT32", "var, BFLOAT16", "flexvar, FLOAT32", "flexvar, BFLOAT16"})
  void oneBatchIsLearntByHeart(String family, DType compute) {
    ModelSpec spec = spec(family);
    try (TensorScope scope = TensorScope.open();
        Parameters parameters =
            new Parameters(TransformerInitialization.weights(spec.transformer(), 1, 0));
        GradMode mode = GradMode.enabled()) {
      TransformerLoss loss = loss(spec, compute);
      loss.read(parameters);
      TokenMaps batch = tokens(spec, 4);
      double first = 0;
      double last = 0;
      try (AdamW optimiser = new AdamW(parameters.all(), 0, name -> true, 2)) {
        for (int step = 0; step < 400; step++) {
          try (TensorScope pass = TensorScope.open()) {
            Tensor value = loss.of(parameters, batch, new long[] {0, 1, 2, 0}, x -> x, 0);
            Autograd.backward(value);
            last = value.toFloats()[0];
            first = step == 0 ? last : first;
            optimiser.step(0.01, 1);
          }
        }
      }
      assertThat(first).isCloseTo(Math.log(16), within(0.1)); // begins with no opinion
      assertThat(last).isLessThan(0.05);
    }
  }

  /** Every parameter's gradient against the change of the loss along a random direction. */
  @ParameterizedTest
  @ValueSource(strings = {"var", "flexvar"})
  void gradientsAgreeWithFiniteDifferences(String family) {
    ModelSpec spec = spec(family);
    try (TensorScope scope = TensorScope.open();
        Parameters parameters =
            new Parameters(TransformerInitialization.weights(spec.transformer(), 1, 0));
        GradMode mode = GradMode.enabled()) {
      TransformerLoss loss = loss(spec, DType.FLOAT32);
      loss.read(parameters);
      TokenMaps batch = tokens(spec, 2);
      long[] classes = {0, 2};
      stir(parameters.all());
      Autograd.backward(loss.of(parameters, batch, classes, x -> x, 0));
      int told = 0;
      for (Map.Entry<String, Tensor> entry : parameters.all().entrySet()) {
        Tensor leaf = entry.getValue();
        float[] gradient = Autograd.gradient(leaf).orElseThrow().toFloats();
        float[] at = leaf.toFloats();
        float[] direction = normals(entry.getKey().hashCode(), at.length);
        double expected = 0;
        double length = 0;
        for (int i = 0; i < at.length; i++) {
          length += direction[i] * direction[i];
          expected += gradient[i] * direction[i];
        }
        double step = 0.02 / Math.sqrt(length);
        double above = lossAt(loss, parameters, leaf, at, direction, step, batch, classes);
        double below = lossAt(loss, parameters, leaf, at, direction, -step, batch, classes);
        write(leaf, at, direction, 0);
        // float32 losses differ by rounding of about 5e-7, divided by the step
        double tolerance = 2e-6 / (2 * step) + 0.02 * Math.abs(expected);
        assertThat((above - below) / (2 * step))
            .as(entry.getKey())
            .isCloseTo(expected, within(tolerance));
        told += Math.abs(expected) > 3 * tolerance ? 1 : 0;
      }
      // the comparison says something: most gradients stand out from the rounding
      assertThat(told).isGreaterThan(parameters.all().size() * 2 / 3);
    }
  }

  /** Away from the start, where gammas of almost zero hide whole blocks. */
  private static void stir(Map<String, Tensor> leaves) {
    leaves.forEach(
        (name, leaf) -> {
          float[] noise = normals(~name.hashCode(), (int) leaf.numel());
          write(leaf, leaf.toFloats(), noise, 0.3);
        });
  }

  private static float[] normals(long seed, int count) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static void write(Tensor leaf, float[] at, float[] direction, double step) {
    float[] moved = new float[at.length];
    for (int i = 0; i < at.length; i++) {
      moved[i] = (float) (at[i] + step * direction[i]);
    }
    try (TensorScope scope = TensorScope.open();
        GradMode mode = GradMode.disabled()) {
      leaf.copyFrom(Tensor.of(moved, leaf.shape()));
    }
  }

  private static double lossAt(
      TransformerLoss loss,
      Parameters parameters,
      Tensor leaf,
      float[] at,
      float[] direction,
      double step,
      TokenMaps batch,
      long[] classes) {
    write(leaf, at, direction, step);
    try (TensorScope scope = TensorScope.open();
        GradMode mode = GradMode.disabled()) {
      return loss.of(parameters, batch, classes, x -> x, 0).toFloats()[0];
    }
  }
}
