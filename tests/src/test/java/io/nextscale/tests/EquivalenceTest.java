package io.nextscale.tests;

import static io.nextscale.tests.Fixture.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import io.nextscale.models.DemoModel;
import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.GradMode;
import io.nextscale.torch.TensorScope;
import io.nextscale.torch.cpu.CpuThreads;
import io.nextscale.var.GenerationRequest;
import io.nextscale.var.GenerationResult;
import io.nextscale.var.ImageGenerator;
import io.nextscale.var.LoadOptions;
import io.nextscale.var.Score;
import io.nextscale.var.generate.Drawing;
import io.nextscale.var.generate.GuidanceWeights;
import io.nextscale.var.generate.Predictor;
import io.nextscale.var.generate.ScaleLoop;
import io.nextscale.var.generate.TeacherForcing;
import io.nextscale.var.inference.CachedPredictor;
import io.nextscale.var.inference.TransformerForm;
import io.nextscale.var.model.ModelSource;
import io.nextscale.var.sampling.CounterNoise;
import io.nextscale.var.sampling.Guidance;
import io.nextscale.var.sampling.Sampling;
import io.nextscale.var.scale.Scales;
import io.nextscale.var.scale.TokenMaps;
import io.nextscale.var.transformer.VarTransformer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Different computations with the same result. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EquivalenceTest {
  /** Each image of a batch is decoded alone, so only f̂ can differ, a sum of the same codes. */
  private static final double PIXELS = 1e-4;

  private ImageGenerator demo;

  @BeforeAll
  void load() {
    demo = ImageGenerator.load(DemoModel.source());
  }

  @AfterAll
  void close() {
    demo.close();
  }

  // ---- cache and mask -------------------------------------------------------------------------

  @Test
  void cachedScalesAgreeWithOneMaskedPass() {
    cachedAgreesWithMasked(demo, Guidance.ramp(0), "2", "16");
    cachedAgreesWithMasked(demo, Guidance.ramp(2), "2", "16");
  }

  @ParameterizedTest
  @ValueSource(strings = {"no-l2norm-one-phi", "phi-per-scale-cosine", "no-phi-ticks", "share-2"})
  void cachedScalesAgreeWithOneMaskedPassInEveryConfiguration(String name) {
    ModelSource source = ModelSource.folder(Fixture.resource("golden/" + name));
    try (ImageGenerator generator = ImageGenerator.load(source)) {
      cachedAgreesWithMasked(generator, Guidance.ramp(0), "3", "10");
      cachedAgreesWithMasked(generator, Guidance.ramp(1.5), "3", "7");
      cachedAgreesWithMasked(generator, Guidance.constant(3), "3", "7");
    }
  }

  private static void cachedAgreesWithMasked(
      ImageGenerator generator, Guidance guidance, String... classes) {
    MaskedPass.assertAgrees(
        generator,
        GenerationRequest.of(classes).seed(5).sampling(Sampling.all().withTopK(20)),
        guidance,
        classes);
  }

  // ---- batch and threads ----------------------------------------------------------------------

  private GenerationResult generate(long seed, int... classes) {
    return demo.generate(
        GenerationRequest.of(classes).seed(seed).cfg(1).sampling(Sampling.of(100, 0.5)).build());
  }

  private static void assertSameImage(GenerationResult one, int i, GenerationResult other, int j) {
    assertThat(one.tokens().tokens()[i]).containsExactly(other.tokens().tokens()[j]);
    assertThat(one.images().get(i).seed()).isEqualTo(other.images().get(j).seed());
    assertClose(
        "pixels of image " + i,
        one.images().get(i).pixels().values(),
        other.images().get(j).pixels().values(),
        PIXELS);
  }

  @Test
  void anImageDoesNotDependOnItsBatch() {
    int[] classes = {0, 3, 6, 9, 12, 15, 16, 2};
    GenerationResult batch = generate(1234, classes);
    for (int i = 0; i < classes.length; i++) {
      assertSameImage(batch, i, generate(1234 + i, classes[i]), 0);
    }
  }

  @Test
  void anImageDoesNotDependOnTheNumberOfThreads() {
    int before = CpuThreads.count();
    GenerationResult two;
    GenerationResult one;
    try {
      CpuThreads.setCount(2);
      two = generate(77, 4, 11);
      CpuThreads.setCount(1);
      assertThat(CpuThreads.count()).isEqualTo(1);
      one = generate(77, 4, 11);
    } finally {
      CpuThreads.setCount(before);
    }
    assertSameImage(one, 0, two, 0);
    assertSameImage(one, 1, two, 1);
  }

  @Test
  void theSeedDeterminesTheImage() {
    GenerationResult once = generate(9, 14);
    GenerationResult again = generate(9, 14);
    assertThat(again.tokens()).isEqualTo(once.tokens());
    assertThat(again.latent()).containsExactly(once.latent());
    assertThat(again.images().getFirst().pixels().values())
        .containsExactly(once.images().getFirst().pixels().values());
    assertThat(generate(10, 14).tokens()).isNotEqualTo(once.tokens());
  }

  // ---- training -------------------------------------------------------------------------------

  /** A model as it was read records gradients; its inference form computes by other kernels. */
  @Test
  void theTrainingFormGivesTheSameLogits() {
    try (LoadedParts parts = LoadedParts.load(DemoModel.source());
        TensorScope scope = TensorScope.open()) {
      TokenMaps truth = generate(3, 5, 6).tokens();
      long[] classes = {5, 6};
      float[] trained;
      try (GradMode training = GradMode.enabled()) {
        trained =
            new TeacherForcing(parts.transformer(), parts.tokenizer())
                .logits(truth, classes, () -> {})
                .toFloats();
      }
      try (GradMode inference = GradMode.disabled()) {
        VarTransformer form = TransformerForm.of(parts.transformer());
        float[] fast =
            new TeacherForcing(form, parts.tokenizer()).logits(truth, classes, () -> {}).toFloats();
        assertClose("logits with gradients", trained, fast, 2e-4);
      }
    }
  }

  // ---- guidance -------------------------------------------------------------------------------

  @Test
  void withoutGuidanceOnlyTheConditionalHalfIsComputed() {
    try (LoadedParts parts = LoadedParts.load(DemoModel.source());
        GradMode inference = GradMode.disabled();
        TensorScope scope = TensorScope.open()) {
      List<long[]> begun = new ArrayList<>();
      ScaleLoop loop =
          new ScaleLoop(
              recording(begun, new CachedPredictor(parts.transformer())), parts.tokenizer());
      GenerationResult unguided =
          demo.generate(
              GenerationRequest.of(8).seed(3).cfg(0).sampling(Sampling.all().withTopK(5)).build());
      for (Guidance inactive : List.of(Guidance.ramp(0), Guidance.constant(1))) {
        ScaleLoop.Outcome outcome =
            loop.run(plan(demo.spec().scales(), 8, inactive), (k, l, t, d) -> {});
        assertThat(outcome.drawn()).isEqualTo(unguided.tokens());
        assertThat(begun.removeLast()).containsExactly(8);
      }
      for (Guidance active : List.of(Guidance.ramp(0.1), Guidance.constant(0))) {
        loop.run(plan(demo.spec().scales(), 8, active), (k, l, t, d) -> {});
        assertThat(begun.removeLast()).containsExactly(8, demo.spec().noClass());
      }
    }
  }

  /** Records the classes of every run. */
  private static Predictor recording(List<long[]> begun, Predictor predictor) {
    return new Predictor() {
      @Override
      public Run begin(long[] classes, Scales scales, Runnable interruption) {
        begun.add(classes);
        return predictor.begin(classes, scales, interruption);
      }

      @Override
      public long noClass() {
        return predictor.noClass();
      }
    };
  }

  private static ScaleLoop.Plan plan(Scales scales, long label, Guidance guidance) {
    return new ScaleLoop.Plan(
        scales,
        new long[] {label},
        GuidanceWeights.of(guidance, scales),
        new Drawing(Sampling.all().withTopK(5), new CounterNoise(3)),
        null);
  }

  @Test
  void guidanceOfNoClassIsTheUnconditionalRun() {
    int none = demo.spec().noClass();
    GenerationResult guided = demo.generate(GenerationRequest.of(none).seed(1).cfg(3).build());
    GenerationResult plain = demo.generate(GenerationRequest.of(none).seed(1).cfg(0).build());
    assertThat(guided.tokens()).isEqualTo(plain.tokens());
  }

  // ---- bfloat16 -------------------------------------------------------------------------------

  /**
   * Compares under teacher forcing, so that an early difference cannot spread. bfloat16 keeps 8
   * bits, so the most probable token differs at some positions.
   */
  @Test
  void bfloat16MostlyAgreesWithFloat32() {
    LoadOptions options = new LoadOptions(Device.CPU, DType.BFLOAT16);
    GenerationRequest request =
        GenerationRequest.of(2, 9, 16).cfg(1).sampling(Sampling.greedy()).build();
    GenerationResult float32 = demo.generate(request);
    try (ImageGenerator bfloat16 = ImageGenerator.load(DemoModel.source(), options)) {
      List<String> classes = List.of("2", "9", "16");
      Score one = demo.score(float32.tokens(), classes, true);
      Score other = bfloat16.score(float32.tokens(), classes, true);
      int same = 0;
      int vocabulary = demo.spec().tokenizer().vocabularySize();
      int positions = one.logits().length / vocabulary;
      for (int i = 0; i < positions; i++) {
        same +=
            largest(one.logits(), i * vocabulary, vocabulary)
                    == largest(other.logits(), i * vocabulary, vocabulary)
                ? 1
                : 0;
      }
      System.out.printf("  %d of %d most probable tokens agree in bfloat16%n", same, positions);
      assertThat(same).isGreaterThan(positions * 9 / 10);
      assertThat(other.meanCrossEntropy() - one.meanCrossEntropy()).isBetween(-0.05, 0.05);
      GenerationResult run = bfloat16.generate(request);
      assertThat(run.images()).hasSize(3);
      for (float value : run.latent()) {
        assertThat(value).isFinite();
      }
    }
  }

  private static int largest(float[] values, int start, int length) {
    int best = start;
    for (int i = start; i < start + length; i++) {
      best = values[i] > values[best] ? i : best;
    }
    return best - start;
  }
}
