package io.nextscale.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.nextscale.models.DemoModel;
import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.var.GenerationRequest;
import io.nextscale.var.GenerationResult;
import io.nextscale.var.ImageGenerator;
import io.nextscale.var.LoadOptions;
import io.nextscale.var.sampling.Sampling;
import io.nextscale.var.scale.TokenMaps;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** The first scales in float32, the others in bfloat16. */
class Float32ScalesTest {
  static final List<String> MODELS = DemoModel.NAMES;

  private static final LoadOptions BFLOAT16 = new LoadOptions(Device.CPU, DType.BFLOAT16);
  private static final int FLOAT32_TOKENS = 1 + 4 + 9 + 16;
  private static final double AGREEMENT = 0.97;

  /**
   * Scales of 1, 4, 9 and 16 tokens are computed in float32. The others agree nearly always; how
   * often depends on the processor's rounding (docs/experiments/0026-first-scales-in-float32.md).
   */
  @ParameterizedTest
  @FieldSource("MODELS")
  void greedyImagesOfEveryClassAreThoseOfFloat32(String model) {
    long[][] float32 = greedy(model, LoadOptions.defaults());
    long[][] mixed = greedy(model, BFLOAT16);
    int equal = 0;
    int all = 0;
    for (int b = 0; b < float32.length; b++) {
      assertThat(Arrays.copyOf(mixed[b], FLOAT32_TOKENS))
          .containsExactly(Arrays.copyOf(float32[b], FLOAT32_TOKENS));
      for (int i = 0; i < float32[b].length; i++) {
        equal += float32[b][i] == mixed[b][i] ? 1 : 0;
        all++;
      }
    }
    System.out.printf("  %s: %d of %d greedy tokens equal in bfloat16%n", model, equal, all);
    assertThat((double) equal / all).isGreaterThanOrEqualTo(AGREEMENT);
  }

  private static long[][] greedy(String model, LoadOptions options) {
    try (ImageGenerator generator = ImageGenerator.load(DemoModel.source(model), options)) {
      int[] classes = IntStream.range(0, generator.spec().noClass()).toArray();
      return generator
          .generate(GenerationRequest.of(classes).seed(1).sampling(Sampling.greedy()).build())
          .tokens()
          .tokens();
    }
  }

  /** With all scales in float32 the tokens are those of float32; 99 means all scales. */
  @Test
  void theRequestedNumberOfScalesIsFloat32() {
    GenerationResult float32 = sampled(LoadOptions.defaults());
    GenerationResult all = sampled(BFLOAT16.withFloat32Scales(99));
    GenerationResult none = sampled(BFLOAT16.withFloat32Scales(0));
    TokenMaps tokens = float32.tokens();

    assertThat(all.tokens()).isEqualTo(tokens);
    assertThat(none.tokens()).isNotEqualTo(tokens);
    int scales = tokens.scales().count();
    assertThat(all.images().getFirst().parameters()).containsEntry("float32_scales", "" + scales);
    assertThat(none.images().getFirst().parameters()).containsEntry("float32_scales", "0");
    assertThat(float32.images().getFirst().parameters()).doesNotContainKey("float32_scales");
    assertThat(sampled(BFLOAT16).images().getFirst().parameters())
        .containsEntry("float32_scales", "4");
  }

  private static GenerationResult sampled(LoadOptions options) {
    try (ImageGenerator generator = ImageGenerator.load(DemoModel.source(), options)) {
      return generator.generate(GenerationRequest.of(2, 8, 12, 16).seed(3).build());
    }
  }
}
