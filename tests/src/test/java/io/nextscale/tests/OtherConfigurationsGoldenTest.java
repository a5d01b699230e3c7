package io.nextscale.tests;

import static io.nextscale.tests.Fixture.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.GenerationRequest;
import io.nextscale.var.GenerationResult;
import io.nextscale.var.ImageGenerator;
import io.nextscale.var.Score;
import io.nextscale.var.Tokenized;
import io.nextscale.var.edit.EditMask;
import io.nextscale.var.edit.EditRegion;
import io.nextscale.var.generate.Drawing;
import io.nextscale.var.generate.ForcedTokens;
import io.nextscale.var.generate.GuidanceWeights;
import io.nextscale.var.generate.ScaleLoop;
import io.nextscale.var.image.PixelArray;
import io.nextscale.var.inference.CachedPredictor;
import io.nextscale.var.model.ModelSource;
import io.nextscale.var.model.ModelSpec;
import io.nextscale.var.model.OpenModel;
import io.nextscale.var.sampling.CounterNoise;
import io.nextscale.var.sampling.Guidance;
import io.nextscale.var.sampling.Sampling;
import io.nextscale.var.scale.Scales;
import io.nextscale.var.scale.TokenMaps;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Unpublished configurations of VAR against the official code: shared AdaLN at 512 pixels,
 * attention without normalization, one φ, none, two, or one for each scale, cosine codebook, no
 * attention in the tokenizer, 1x1 convolutions around the quantizer, odd MLP widths.
 *
 * <p>Tolerances are those of {@link VarGoldenTest}.
 */
class OtherConfigurationsGoldenTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "shared-aln-512",
        "no-l2norm-one-phi",
        "phi-per-scale-cosine",
        "no-phi-ticks",
        "share-2"
      })
  void agreesWithTheOfficialCode(String name) {
    System.out.println(name);
    try (Fixture golden = new Fixture(Fixture.resource("golden/" + name))) {
      ModelSource source = ModelSource.folder(golden.folder());
      try (ImageGenerator generator = ImageGenerator.load(source);
          LoadedParts parts = LoadedParts.load(source)) {
        quantizes(golden, parts, encodesDecodesAndPredicts(golden, generator));
        generatesGreedily(golden, generator);
        generatesWithStrongGuidance(golden, parts);
        edits(golden, parts);
      }
      assertThat(golden.unused()).as("tensors that no test read").isEmpty();
    }
  }

  private static void quantizes(Fixture golden, LoadedParts parts, Tokenized tokenized) {
    int height = parts.spec().scales().last().height();
    int width = parts.spec().scales().last().width();
    String fHat = golden.has("vae.f_hat") ? "vae.f_hat" : "vae.f_hat.s2";
    int stride = fHat.endsWith("s2") ? 2 : 1;
    try (TensorScope scope = TensorScope.open()) {
      Tensor latent =
          Tensor.of(
              tokenized.latent(),
              golden.inputs().size(),
              parts.spec().tokenizer().codeWidth(),
              height,
              width);
      float[] all =
          QuantizerGoldenTest.fHats(
              parts.tokenizer(), latent, parts.spec().scales(), golden.longs("vae.f_hat_scales"));
      assertClose(
          "f̂",
          SampledPixels.strided(all, height, width, stride),
          golden.floats(fHat),
          VarGoldenTest.LATENTS);
      TokenMaps truth = new TokenMaps(parts.spec().scales(), golden.rows("vae.tokens"));
      float[] inputs = QuantizerGoldenTest.inputs(parts.tokenizer(), truth);
      if (golden.has("vae.var_input")) {
        assertClose("inputs", inputs, golden.floats("vae.var_input"), VarGoldenTest.LATENTS);
      } else {
        long[] positions = golden.longs("sel_positions");
        long[] rows = new long[positions.length - 1];
        for (int i = 0; i < rows.length; i++) {
          rows[i] = positions[i + 1] - 1;
        }
        assertClose(
            "inputs",
            ObservedRun.at(inputs, truth.batch(), parts.spec().tokenizer().codeWidth(), rows),
            golden.floats("vae.var_input_sel"),
            VarGoldenTest.LATENTS);
      }
    }
  }

  private static Tokenized encodesDecodesAndPredicts(Fixture golden, ImageGenerator generator) {
    List<PixelArray> inputs = golden.inputs();
    ModelSpec spec = generator.spec();
    int check = spec.imageSize().width() / 8;
    assertClose(
        "input", SampledPixels.strided(inputs, check), golden.floats("vae.input_check"), 1e-6);
    Tokenized tokenized = generator.tokenize(inputs);
    assertThat(tokenized.tokens().tokens()).isDeepEqualTo(golden.rows("vae.tokens"));
    boolean large = golden.has("vae.f.s2");
    assertClose(
        "latent",
        SampledPixels.strided(
            tokenized.latent(), tokenized.height(), tokenized.width(), large ? 2 : 1),
        golden.floats(large ? "vae.f.s2" : "vae.f"),
        VarGoldenTest.LATENTS);
    List<PixelArray> decoded = generator.decode(tokenized.tokens(), spec.scales().count());
    int stride = large ? 16 : 1;
    assertClose(
        "decoded",
        SampledPixels.strided(SampledPixels.clamped(decoded), stride),
        golden.floats("vae.idxBl_to_img_last.s" + stride),
        VarGoldenTest.IMAGES);
    List<String> classes = List.of("3", "7").subList(0, inputs.size());
    Score score = generator.score(tokenized.tokens(), classes, true);
    assertClose(
        "teacher-forced logits",
        ObservedRun.at(
            score.logits(),
            inputs.size(),
            spec.tokenizer().vocabularySize(),
            golden.longs("sel_positions")),
        golden.floats("tf.logits_sel"),
        VarGoldenTest.LOGITS);
    return tokenized;
  }

  private static void generatesGreedily(Fixture golden, ImageGenerator generator) {
    String name = "greedy_cfg1.5";
    ObservedRun run =
        ObservedRun.of(generator, GenerationRequest.of(3, 7).cfg(1.5).sampling(Sampling.greedy()));
    GenerationResult result = run.result();
    assertThat(result.tokens().tokens()).isDeepEqualTo(golden.rows(name + ".tokens"));
    assertClose(
        "guided logits",
        run.at(golden.longs("sel_positions")),
        golden.floats(name + ".logits_sel"),
        VarGoldenTest.LOGITS);
    assertLatent(golden, name, result.latent(), generator.spec());
    int stride = golden.has(name + ".image.s1") ? 1 : 16;
    assertClose(
        "image",
        SampledPixels.unit(result, stride),
        golden.floats(name + ".image.s" + stride),
        VarGoldenTest.IMAGES);
    assertClose(
        "decoder",
        SampledPixels.raw(result, stride),
        golden.floats(name + ".decoded.s" + stride),
        VarGoldenTest.IMAGES);
  }

  private static void generatesWithStrongGuidance(Fixture golden, LoadedParts parts) {
    try (TensorScope scope = TensorScope.open()) {
      assertThat(run(parts, 7, 4, null).drawn().tokens())
          .isDeepEqualTo(golden.rows("greedy_cfg4.0.tokens"));
    }
  }

  private static void edits(Fixture golden, LoadedParts parts) {
    String name = "edit_inpaint";
    Scales scales = parts.spec().scales();
    EditMask mask =
        EditRegion.box(.25, .25, .75, .75)
            .mask(scales.last(), parts.spec().tokenizer().downsampling(), false);
    TokenMaps given = new TokenMaps(scales, golden.rows("vae.tokens")).slice(0, 1);
    try (TensorScope scope = TensorScope.open()) {
      ScaleLoop.Outcome outcome =
          run(parts, 3, 3, new ForcedTokens(given, mask.atAll(given.scales())));
      assertThat(outcome.drawn().tokens()).isDeepEqualTo(golden.rows(name + ".tokens"));
      assertLatent(golden, name, outcome.decoderInput().toFloats(), parts.spec());
    }
    long[] keep = golden.longs(name + ".keep");
    boolean[] kept = mask.atAll(scales);
    assertThat(kept).hasSameSizeAs(keep);
    for (int i = 0; i < keep.length; i++) {
      assertThat(kept[i]).as("position %d is kept", i).isEqualTo(keep[i] == 1);
    }
  }

  /** Generates without decoding, as for the reference. */
  private static ScaleLoop.Outcome run(
      LoadedParts parts, int label, double cfg, ForcedTokens edit) {
    ScaleLoop loop = new ScaleLoop(new CachedPredictor(parts.transformer()), parts.tokenizer());
    return loop.run(
        new ScaleLoop.Plan(
            parts.spec().scales(),
            new long[] {label},
            GuidanceWeights.of(Guidance.ramp(cfg), parts.spec().scales()),
            new Drawing(Sampling.greedy(), new CounterNoise(0)),
            edit),
        (k, logits, tokens, decoderInput) -> {});
  }

  private static void assertLatent(Fixture golden, String run, float[] latent, ModelSpec spec) {
    String fHat = golden.has(run + ".f_hat") ? run + ".f_hat" : run + ".f_hat.s2";
    int height = spec.scales().last().height();
    int width = spec.scales().last().width();
    assertClose(
        run + " f̂",
        SampledPixels.strided(latent, height, width, fHat.endsWith("s2") ? 2 : 1),
        golden.floats(fHat),
        VarGoldenTest.LATENTS);
  }

  /** Shapes determine all but a few hyperparameters, which are as in the published models. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "shared-aln-512",
        "no-l2norm-one-phi",
        "phi-per-scale-cosine",
        "no-phi-ticks",
        "share-2"
      })
  void infersTheConfigurationFromShapes(String name) {
    Path folder = Fixture.resource("golden/" + name);
    ModelSpec told;
    ModelSpec inferred;
    try (OpenModel model = ModelSource.folder(folder).open()) {
      told = model.spec();
    }
    Path vae = folder.resolve("vae.pth");
    try (OpenModel model = ModelSource.files(vae, folder.resolve("transformer.pth")).open()) {
      inferred = model.spec();
    }
    ShapeVisible.assertInferred(inferred, told);
  }
}
