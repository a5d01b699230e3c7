package io.nextscale.tests;

import static io.nextscale.tests.Fixture.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.cpu.CpuThreads;
import io.nextscale.var.GenerationRequest;
import io.nextscale.var.GenerationResult;
import io.nextscale.var.ImageGenerator;
import io.nextscale.var.LoadOptions;
import io.nextscale.var.edit.EditRegion;
import io.nextscale.var.edit.Expansion;
import io.nextscale.var.edit.Inpainting;
import io.nextscale.var.edit.Refinement;
import io.nextscale.var.image.PixelArray;
import io.nextscale.var.model.ModelSource;
import io.nextscale.var.sampling.Guidance;
import io.nextscale.var.sampling.Sampling;
import io.nextscale.var.scale.Scales;
import io.nextscale.var.scale.TokenMaps;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Loop, teacher forcing, batches, threads and edits of models with Mamba-2 layers. */
class MixersTest {
  /** The models. */
  enum Model {
    FLEXVAR_MAMBA(MambaModels::flexVarMamba),
    MVAR(MambaModels::mvar);

    private final Supplier<ModelSource> source;

    Model(Supplier<ModelSource> source) {
      this.source = source;
    }

    ImageGenerator load(LoadOptions options) {
      return ImageGenerator.load(source.get(), options);
    }

    ImageGenerator load() {
      return load(LoadOptions.defaults());
    }
  }

  private static GenerationRequest.Builder request(int... classes) {
    return GenerationRequest.of(classes).seed(5).sampling(Sampling.all().withTopK(20));
  }

  @ParameterizedTest
  @EnumSource
  void carriedStatesAgreeWithOnePassOverAllScales(Model model) {
    try (ImageGenerator generator = model.load()) {
      MaskedPass.assertAgrees(generator, request(3, 10), Guidance.ramp(0), "3", "10");
      MaskedPass.assertAgrees(generator, request(3, 7), Guidance.ramp(2), "3", "7");
    }
  }

  @ParameterizedTest
  @EnumSource
  void laterScalesSeeEarlierOnesAndNotTheReverse(Model model) {
    try (ImageGenerator generator = model.load()) {
      TokenMaps drawn = generator.generate(request(3).build()).tokens();
      Scales scales = drawn.scales();
      int vocabulary = generator.spec().tokenizer().vocabularySize();
      float[] logits = logits(generator, drawn);
      int middle = scales.start(scales.count() - 2);
      long[] changed = drawn.tokens()[0].clone();
      changed[middle] = (changed[middle] + 1) % vocabulary;
      float[] others = logits(generator, new TokenMaps(scales, new long[][] {changed}));
      int later = scales.start(scales.count() - 1) * vocabulary;
      double before = 0;
      double after = 0;
      for (int i = 0; i < logits.length; i++) {
        double difference = Math.abs(logits[i] - others[i]);
        before = i < later ? Math.max(before, difference) : before;
        after = i < later ? after : Math.max(after, difference);
      }
      assertThat(before).as("scales up to the changed one").isLessThan(1e-5);
      assertThat(after).as("the scale after it").isGreaterThan(1e-2);
    }
  }

  private static float[] logits(ImageGenerator generator, TokenMaps tokens) {
    return generator.score(tokens, List.of("3"), true).logits();
  }

  @Test
  void freeScalesOfAnyFormAgreeToo() {
    try (ImageGenerator generator = Model.FLEXVAR_MAMBA.load()) {
      for (String scales : List.of("1,2,4,7", "1x2,2x4,3x7", "2x1,5x2,9x4,16x7", "3,4x5,9")) {
        MaskedPass.assertAgrees(
            generator, request(3, 7).scales(Scales.parse(scales)), Guidance.ramp(1), "3", "7");
      }
    }
  }

  @Test
  void editsAreSeenByLaterScales() {
    try (ImageGenerator generator = Model.FLEXVAR_MAMBA.load()) {
      PixelArray image = generator.generate(request(4).build()).images().getFirst().pixels();
      Inpainting inside = Inpainting.inPaint(image, EditRegion.box(.25, .25, .75, .75));
      MaskedPass.assertAgrees(generator, request(3).edit(inside), Guidance.ramp(1), "3");
      Guidance none = Guidance.ramp(0);
      MaskedPass.assertAgrees(
          generator, request(3).edit(Refinement.of(image)).size(128, 128), none, "3");
      MaskedPass.assertAgrees(
          generator, request(3).edit(Expansion.of(image)).size(64, 96), none, "3");
    }
  }

  @ParameterizedTest
  @EnumSource
  void anImageDependsNeitherOnItsBatchNorOnThreads(Model model) {
    int before = CpuThreads.count();
    try (ImageGenerator generator = model.load()) {
      CpuThreads.setCount(2);
      GenerationResult batch = generator.generate(request(1, 6, 9).build());
      CpuThreads.setCount(1);
      GenerationResult alone = generator.generate(request(6).seed(6).build());
      assertThat(alone.tokens().tokens()[0]).containsExactly(batch.tokens().tokens()[1]);
      GenerationResult again = generator.generate(request(6).seed(6).build());
      assertThat(again.latent()).containsExactly(alone.latent());
    } finally {
      CpuThreads.setCount(before);
    }
  }

  /** The float32 scales hand their states to those in bfloat16. */
  @ParameterizedTest
  @EnumSource
  void firstScalesInFloat32AreThoseOfFloat32(Model model) {
    LoadOptions bfloat16 = new LoadOptions(Device.CPU, DType.BFLOAT16);
    try (ImageGenerator float32 = model.load();
        ImageGenerator all = model.load(bfloat16.withFloat32Scales(99));
        ImageGenerator some = model.load(bfloat16.withFloat32Scales(3))) {
      GenerationResult wanted = float32.generate(request(2, 8).build());
      assertThat(all.generate(request(2, 8).build()).tokens()).isEqualTo(wanted.tokens());
      ObservedRun mixed = ObservedRun.of(some, request(2, 8));
      ObservedRun exact = ObservedRun.of(float32, request(2, 8));
      int early = wanted.tokens().scales().start(3);
      assertClose("scales in float32", mixed.first(early), exact.first(early), 1e-4);
      float[] next = mixed.first(early + 1);
      float[] nextExact = exact.first(early + 1);
      assertClose("the scale after them", next, nextExact, 0.5); // of logits of about 3
    }
  }
}
