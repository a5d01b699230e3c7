package io.nextscale.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.nextscale.torch.Functional;
import io.nextscale.torch.GradMode;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.GenerationRequest;
import io.nextscale.var.GenerationResult;
import io.nextscale.var.checkpoint.WeightReader;
import io.nextscale.var.config.NetworkConfig;
import io.nextscale.var.model.ModelSource;
import io.nextscale.var.model.ModelSpec;
import io.nextscale.var.model.OpenModel;
import io.nextscale.var.nn.Linear;
import io.nextscale.var.raster.AimNetwork;
import io.nextscale.var.raster.RasterForcing;
import io.nextscale.var.sampling.ClassifierFreeGuidance;
import io.nextscale.var.sampling.Guidance;
import io.nextscale.var.sampling.Sampling;
import io.nextscale.var.sampling.TokenNoise;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * AiM against the official code on {@code golden/aim}, in the tolerances that it states. Its one
 * file is both weight files; the shapes tell the configuration.
 */
@EnabledIf("available")
class AimGoldenTest extends GoldenModel {
  private static final List<Integer> LABELS = List.of(3, 7, 1);

  AimGoldenTest() {
    super("aim");
  }

  static boolean available() {
    return Fixture.sharedIsThere(AimGoldenTest.class, "aim");
  }

  @Override
  ModelSource source(Path folder) {
    Path file = folder.resolve("model.safetensors");
    return ModelSource.files(file, file);
  }

  @Test
  void readsTheConfigurationOfAFolder() {
    try (OpenModel told = ModelSource.folder(golden().folder()).open()) {
      assertThat(told.spec().transformer()).isEqualTo(generator().spec().transformer());
      assertThat(told.spec().tokenizer()).isEqualTo(generator().spec().tokenizer());
      assertThat(told.spec().scales()).isEqualTo(generator().spec().scales());
    }
  }

  @Test
  void predictsUnderTeacherForcing() {
    golden().assertClose("tf.logits", generator().score(truth(), labels(), true).logits());
  }

  @Test
  void computesTheSameInsideOfBlocks() {
    try (OpenModel files = source().open();
        GradMode inference = GradMode.disabled();
        TensorScope scope = TensorScope.open()) {
      ModelSpec spec = files.spec();
      WeightReader weights = reader(files);
      NetworkConfig.Aim kind = (NetworkConfig.Aim) spec.transformer().network();
      AimNetwork network = AimNetwork.read(weights, spec.transformer(), kind, spec.scales().last());
      weights.done();
      Tensor classes = weights.at("backbone.cls_embed.embedding_table").read("weight", 11, 64);
      Tensor activated = Functional.silu(classes.narrow(0, golden().longs("tf.labels")[0], 1));
      Tensor groups =
          Linear.read(weights.at("backbone.adaln_group.1"), 64, 4 * 3 * 64)
              .forward(activated)
              .reshape(4, 3, 64);
      Tensor residual = start(network);
      for (int i = 0; i < network.depth(); i++) {
        NotingLinears seen = new NotingLinears();
        new RasterForcing(network.mapBlock(i, seen))
            .hidden(truth(), golden().longs("tf.labels"), () -> {});
        Tensor mixed = firstRow(seen.blocks().get(1).output());
        if (i == 0) {
          golden()
              .assertClose(
                  "tf.block0.mixer_in", firstRow(seen.blocks().getFirst().input()).toFloats());
          golden().assertClose("tf.block0.mixer_out", mixed.toFloats());
        }
        if (i + 1 == network.depth()) {
          golden().assertClose("tf.last_residual", residual.toFloats());
        }
        Tensor offset =
            weights.at("backbone.layers." + i).read("scale_shift_table", 1, 3, 64).select(0, 0);
        Tensor gate = groups.select(0, i % 4).add(offset).select(0, 2);
        Tensor out = mixed.mul(gate);
        golden().assertClose("tf.block" + i + ".out", out.toFloats());
        residual = residual.add(out);
      }
    }
  }

  private Tensor start(AimNetwork network) {
    AimNetwork.Conditioned of = network.of(golden().longs("tf.labels"));
    long[][] tokens =
        Arrays.stream(golden().rows("tf.tokens"))
            .map(row -> Arrays.copyOf(row, row.length - 1))
            .toArray(long[][]::new);
    Tensor all = Functional.cat(List.of(of.start(), of.following(tokens)), 1);
    return firstRow(all.contiguous().toFloats());
  }

  /** The first of three rows, (n, C). */
  private static Tensor firstRow(float[] batch) {
    return Tensor.of(Arrays.copyOf(batch, batch.length / 3), 64, 64);
  }

  @ParameterizedTest
  @CsvSource({"greedy_cfg5, 5, 2, image.s2", "greedy_cfg1.5, 1.5, 4, image.s4"})
  void generatesGreedily(String name, double cfg, int stride, String image) {
    ClassifierFreeGuidance guidance = Guidance.constant(cfg);
    ObservedRun run =
        RasterReference.generatesGreedily(golden(), generator(), name, LABELS, guidance);
    golden().assertClose(name + "." + image, SampledPixels.raw(run.result(), stride));
    if (golden().has(name + ".raw_0_2")) {
      RasterReference.computesBothHalves(golden(), generator(), name, LABELS, guidance);
    }
  }

  @Test
  void drawsTheOfficialTokensFromTheOfficialNoise() {
    float[] table = golden().floats("noise.table");
    int rows = (int) golden().shape("noise.table")[0];
    TokenNoise noise =
        (use, image, position, row) ->
            System.arraycopy(table, (position * 6 + image) % rows * row.length, row, 0, row.length);
    CandidateProbabilities seen = new CandidateProbabilities(noise, List.of(0, 1, 32, 63));
    GenerationResult result =
        generator()
            .generate(
                GenerationRequest.of(3, 7, 1)
                    .cfg(3)
                    .sampling(Sampling.of(60, 0.9))
                    .noise(seen)
                    .build());
    assertThat(result.drawn().tokens()).isDeepEqualTo(golden().rows("sampled.tokens"));
    golden().assertClose("sampled.probs_sel", seen.of(3));
  }
}
