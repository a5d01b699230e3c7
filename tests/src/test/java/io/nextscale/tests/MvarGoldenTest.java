package io.nextscale.tests;

import static io.nextscale.tests.SampledPixels.unit;
import static org.assertj.core.api.Assertions.assertThat;

import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.GradMode;
import io.nextscale.torch.Layers;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.GenerationRequest;
import io.nextscale.var.GenerationResult;
import io.nextscale.var.Score;
import io.nextscale.var.checkpoint.WeightReader;
import io.nextscale.var.config.TransformerConfig;
import io.nextscale.var.generate.TeacherForcing;
import io.nextscale.var.model.ModelSource;
import io.nextscale.var.model.ModelSpec;
import io.nextscale.var.model.OpenModel;
import io.nextscale.var.sampling.Sampling;
import io.nextscale.var.tokenizer.VqVae;
import io.nextscale.var.transformer.Modulations;
import io.nextscale.var.transformer.VarTransformer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/**
 * M-VAR against the official code on {@code golden/mvar}, in the tolerances that it states. The
 * weight files alone are given: their shapes tell the configuration.
 */
@EnabledIf("available")
class MvarGoldenTest extends GoldenModel {
  private static final int VOCABULARY = 512;

  MvarGoldenTest() {
    super("mvar");
  }

  static boolean available() {
    return Fixture.sharedIsThere(MvarGoldenTest.class, "mvar");
  }

  @Override
  ModelSource source(Path folder) {
    return ModelSource.files(vae(), folder.resolve("transformer.pth"));
  }

  /** The tokenizer is VAR's. */
  private static Path vae() {
    return Fixture.shared().resolve("golden/var-256/vae.pth");
  }

  @Test
  void predictsUnderTeacherForcing() {
    Score score = generator().score(truth(), List.of("3", "7"), true);
    golden()
        .assertClose(
            "tf.logits_sel",
            ObservedRun.at(score.logits(), 2, VOCABULARY, golden().longs("sel_positions")));
  }

  @Test
  void computesTheSameInsideOfBlocks() {
    try (OpenModel files = source().open();
        GradMode inference = GradMode.disabled();
        TensorScope scope = TensorScope.open()) {
      ModelSpec spec = files.spec();
      WeightReader vae = new WeightReader(files.tokenizerWeights(), Device.CPU, DType.FLOAT32);
      VqVae tokenizer = VqVae.read(vae, spec.tokenizer(), spec.scales());
      for (int depth = 1; depth <= 2; depth++) {
        TransformerConfig config = spec.transformer().toBuilder().depth(depth).build();
        VarTransformer read = VarTransformer.read(reader(files), config, spec.scales());
        NotingLinears seen = new NotingLinears();
        VarTransformer observed = read.mapBlock(0, seen).mapOutside(seen);
        new TeacherForcing(observed, tokenizer).logits(truth(), new long[] {3, 7}, () -> {});
        if (depth == 1) {
          assertSelected("tf.block0.attn_sel", seen.blocks().get(1).output());
          assertSelected("tf.block0.mamba_in_sel", seen.blocks().get(2).input());
          assertSelected("tf.block0.mamba_sel", seen.blocks().get(3).output());
        }
        assertHidden(
            "tf.block" + (depth - 1) + ".out_sel",
            seen.outside().getLast().input(),
            read.modulate(new long[] {3}));
      }
    }
  }

  private void assertSelected(String name, float[] all) {
    int width = (int) golden().shape(name)[2];
    float[] first = Arrays.copyOf(all, all.length / 2);
    golden().assertClose(name, ObservedRun.at(first, 1, width, golden().longs("sel_positions")));
  }

  /**
   * Compares the output of the last block after the norm of the head, whose parts end the joined.
   */
  private void assertHidden(String name, float[] hidden, Modulations modulations) {
    Tensor blockOutput = golden().tensorOf(name);
    Tensor joined = modulations.joined();
    Tensor scale = joined.narrow(1, joined.size(1) - 2, 1);
    Tensor shift = joined.narrow(1, joined.size(1) - 1, 1);
    Tensor expected = Layers.layerNorm(blockOutput, 1e-6).mul(scale).add(shift);
    float[] first = Arrays.copyOf(hidden, hidden.length / 2);
    Fixture.assertClose(
        name,
        ObservedRun.at(first, 1, 128, golden().longs("sel_positions")),
        expected.toFloats(),
        golden().tolerance(name));
  }

  @Test
  void generatesGreedily() {
    ObservedRun run = greedy("greedy_cfg1.5", GenerationRequest.of(3, 7).cfg(1.5));
    golden().assertClose("greedy_cfg1.5.logits_sel", run.at(golden().longs("sel_positions")));
    golden().assertClose("greedy_cfg1.5.f_hat", run.result().latent());
    golden().assertClose("greedy_cfg1.5.image.s4", unit(run.result(), 4));
    ObservedRun strong = greedy("greedy_cfg4.0", GenerationRequest.of(3, 10).cfg(4));
    golden().assertClose("greedy_cfg4.0.logits_0_3", strong.first(30));
    ObservedRun without = greedy("greedy_cfg0", GenerationRequest.of(6).cfg(0));
    golden().assertClose("greedy_cfg0.logits_0_3", without.first(30));
  }

  private ObservedRun greedy(String name, GenerationRequest.Builder request) {
    ObservedRun run = ObservedRun.of(generator(), request.sampling(Sampling.greedy()));
    assertThat(run.result().drawn().tokens())
        .as(name)
        .isDeepEqualTo(golden().rows(name + ".tokens"));
    return run;
  }

  @Test
  void computesBothHalvesOfTheGuidance() {
    ObservedRun conditional =
        ObservedRun.of(
            generator(), GenerationRequest.of(3, 7).cfg(1.5).sampling(Sampling.greedy()));
    String name = "greedy_cfg1.5.uncombined_0_2";
    float[] halves = golden().floats(name);
    int positions = (int) golden().shape(name)[1];
    float[] expected = new float[halves.length / 2];
    for (int i = 0; i < expected.length; i++) {
      int position = i / VOCABULARY % positions;
      int k = position == 0 ? 0 : position < 5 ? 1 : 2;
      double t = 1.5 * k / 9;
      expected[i] = (float) ((1 + t) * halves[i] - t * halves[i + expected.length]);
    }
    Fixture.assertClose(name, conditional.first(positions), expected, golden().tolerance(name));
  }

  @Test
  void drawsTheOfficialTokensFromTheOfficialNoise() {
    TableNoise noise =
        new TableNoise(
            golden().floats("noise.table"), new float[0], generator().spec().scales(), 2);
    GenerationResult result =
        generator()
            .generate(
                GenerationRequest.of(3, 7)
                    .cfg(2)
                    .sampling(Sampling.of(50, 0.95))
                    .noise(noise)
                    .build());
    assertThat(result.drawn().tokens()).isDeepEqualTo(golden().rows("sampled.tokens"));
  }

  @Test
  void readsTheConfigurationOfAFolder(@TempDir Path folder) throws IOException {
    ModelSpec inferred = generator().spec();
    Files.copy(vae(), folder.resolve("vae.pth"));
    for (String name : List.of("config.json", "transformer.pth")) {
      Files.copy(golden().folder().resolve(name), folder.resolve(name));
    }
    try (OpenModel told = ModelSource.folder(folder).open()) {
      assertThat(told.spec().transformer()).isEqualTo(inferred.transformer());
    }
  }
}
