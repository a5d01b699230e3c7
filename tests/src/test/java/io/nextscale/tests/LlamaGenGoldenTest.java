package io.nextscale.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.nextscale.torch.GradMode;
import io.nextscale.torch.Layers;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.GenerationRequest;
import io.nextscale.var.GenerationResult;
import io.nextscale.var.Tokenized;
import io.nextscale.var.checkpoint.WeightReader;
import io.nextscale.var.config.NetworkConfig;
import io.nextscale.var.config.TransformerConfig;
import io.nextscale.var.generate.Drawing;
import io.nextscale.var.generate.TokenSampler;
import io.nextscale.var.image.PixelArray;
import io.nextscale.var.model.ModelSource;
import io.nextscale.var.model.ModelSpec;
import io.nextscale.var.model.OpenModel;
import io.nextscale.var.model.TokenizerSource;
import io.nextscale.var.raster.LlamaNetwork;
import io.nextscale.var.raster.RasterForcing;
import io.nextscale.var.sampling.Guidance;
import io.nextscale.var.sampling.Sampling;
import io.nextscale.var.sampling.TokenNoise;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Class-conditional LlamaGen against the official code on {@code golden/llamagen-c2i}, in the
 * tolerances that it states.
 */
@EnabledIf("available")
class LlamaGenGoldenTest extends GoldenModel {
  private static final int VOCABULARY = 512;
  private static final List<Integer> LABELS = List.of(3, 7, 1);

  LlamaGenGoldenTest() {
    super("llamagen-c2i");
  }

  static boolean available() {
    return Fixture.sharedIsThere(LlamaGenGoldenTest.class, "llamagen-c2i");
  }

  @Override
  ModelSource source(Path folder) {
    return ModelSource.folder(folder);
  }

  /** Makes the inference form, which has fewer tensors: it joins stacked layers. */
  @BeforeAll
  @Override
  void load() {
    super.load();
    generator().score(truth(), labels(), false);
  }

  @Test
  void predictsUnderTeacherForcing() {
    RasterReference.predictsUnderTeacherForcing(golden(), generator());
  }

  @Test
  void computesTheSameAfterEachBlock() {
    try (OpenModel files = source().open();
        GradMode inference = GradMode.disabled();
        TensorScope scope = TensorScope.open()) {
      ModelSpec spec = files.spec();
      for (int depth = 1; depth <= 3; depth++) {
        WeightReader weights = reader(files);
        TransformerConfig config = spec.transformer().toBuilder().depth(depth).build();
        NetworkConfig.Llama kind = (NetworkConfig.Llama) config.network();
        LlamaNetwork network = LlamaNetwork.read(weights, config, kind, spec.scales().last());
        Tensor hidden =
            new RasterForcing(network).hidden(truth(), golden().longs("tf.labels"), () -> {});
        String name = "tf.hidden_" + (depth - 1);
        // the output of a block is compared after the last norm
        Tensor output = golden().tensorOf(name);
        Tensor norm = weights.at("norm").read("weight", config.width());
        float[] expected = Layers.rmsNorm(output, norm, 1e-5).toFloats();
        Fixture.assertClose(
            name,
            hidden.narrow(0, 0, 1).contiguous().toFloats(),
            expected,
            golden().tolerance(name));
      }
    }
  }

  @Test
  void turnsByRowAndColumn() {
    RasterReference.turnsByRowAndColumn(golden(), source());
  }

  @ParameterizedTest
  @CsvSource({
    "greedy_cfg4, 4, -1, 2, image.s2",
    "greedy_cfg1, 1, -1, 4, image.s4",
    "greedy_cfg4_interval10, 4, 10, 4, image.s4",
    "greedy_cfg1.75_interval0, 1.75, 0, 4, image.s4"
  })
  void generatesGreedily(String name, double cfg, int interval, int stride, String image) {
    OptionalInt guided = interval < 0 ? OptionalInt.empty() : OptionalInt.of(interval);
    Guidance guidance = Guidance.aboveOne(cfg).withInterval(guided);
    ObservedRun run =
        RasterReference.generatesGreedily(golden(), generator(), name, LABELS, guidance);
    golden().assertClose(name + "." + image, SampledPixels.raw(run.result(), stride));
    if (golden().has(name + ".image.full0")) {
      golden()
          .assertClose(name + ".image.full0", run.result().images().getFirst().pixels().values());
    }
  }

  @Test
  void computesBothHalvesOfTheGuidance() {
    RasterReference.computesBothHalves(
        golden(), generator(), "greedy_cfg4", LABELS, Guidance.aboveOne(4));
  }

  /** Strengths up to 1 are the plain conditional run, of half the rows. */
  @Test
  void isUnguidedUpToOne() {
    for (double cfg : new double[] {0, 0.5, 1}) {
      GenerationResult result =
          generator()
              .generate(GenerationRequest.of(3, 7, 1).cfg(cfg).sampling(Sampling.greedy()).build());
      assertThat(result.drawn().tokens()).isDeepEqualTo(golden().rows("greedy_cfg1.tokens"));
    }
  }

  @Test
  void drawsTheOfficialTokensFromTheOfficialNoise() {
    float[] table = golden().floats("noise.table");
    int rows = (int) golden().shape("noise.table")[0];
    TokenNoise noise =
        (use, image, position, row) ->
            System.arraycopy(table, (position * 3 + image) % rows * row.length, row, 0, row.length);
    CandidateProbabilities seen = new CandidateProbabilities(noise, List.of(0, 1, 32, 63));
    GenerationResult result =
        generator()
            .generate(
                GenerationRequest.of(3, 7, 1)
                    .cfg(2)
                    .sampling(Sampling.of(100, 0.9).withTemperature(0.8))
                    .noise(seen)
                    .build());
    assertThat(result.drawn().tokens()).isDeepEqualTo(golden().rows("sampled.tokens"));
    golden().assertClose("sampled.probs_sel", seen.of(3));
  }

  @ParameterizedTest
  @CsvSource({
    "filter.probs.T1, filter.logits, 1, 0, 1",
    "filter.probs.T0.7, filter.logits, 0.7, 0, 1",
    "filter.probs.k2000, filter.logits, 1, 512, 1",
    "filter.probs.k50, filter.logits, 1, 50, 1",
    "filter.probs.p0.9, filter.logits, 1, 0, 0.9",
    "filter.probs.T0.7_k50_p0.9, filter.logits, 0.7, 50, 0.9",
    "filter.probs.T1.3_k100_p0.8, filter.logits, 1.3, 100, 0.8",
    "filter.probs.p0.0001, filter.logits, 1, 0, 0.0001",
    "filter.probs.k1, filter.logits, 1, 1, 1",
    "filter.probs.T0, filter.logits, 0.00001, 0, 1",
    "filter.probs.tied_k50, filter.logits_tied, 1, 50, 1",
    "filter.probs.tied_k1, filter.logits_tied, 1, 1, 1"
  })
  void filtersInTheOfficialOrder(
      String name, String logits, double temperature, int topK, double topP) {
    Sampling sampling = Sampling.all().withTemperature(temperature);
    sampling = topK == 0 ? sampling : sampling.withTopK(topK);
    sampling = topP == 1 ? sampling : sampling.withTopP(topP);
    CandidateProbabilities seen =
        new CandidateProbabilities((use, image, position, row) -> Arrays.fill(row, 1), List.of(0));
    try (TensorScope scope = TensorScope.open()) {
      Tensor rows = Tensor.of(golden().floats(logits), 4, 1, VOCABULARY);
      new TokenSampler(new Drawing(sampling, seen), VOCABULARY)
          .draw(rows, generator().spec().scales(), 0, 0);
    }
    golden().assertClose(name, seen.of(4));
  }

  @Test
  void tokenizesAndReconstructs() {
    List<PixelArray> inputs = golden().inputs();
    golden().assertClose("vq.input_check", SampledPixels.strided(inputs, 16));
    Tokenized tokenized = generator().tokenize(inputs);
    golden().assertClose("vq.h", tokenized.latent());
    assertThat(tokenized.tokens().tokens()).isDeepEqualTo(golden().rows("vq.tokens"));
    List<PixelArray> images = generator().decode(tokenized.tokens(), 1);
    golden().assertClose("vq.reconstruction.s2", SampledPixels.strided(images, 2));
    try (LoadedTokenizer parts = LoadedTokenizer.load(TokenizerSource.of(source()));
        TensorScope scope = TensorScope.open()) {
      golden()
          .assertClose(
              "vq.quant", parts.tokenizer().decoderInput(tokenized.tokens(), 1).toFloats());
    }
  }
}
