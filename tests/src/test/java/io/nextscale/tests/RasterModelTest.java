package io.nextscale.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.Torch;
import io.nextscale.var.Cancellation;
import io.nextscale.var.GenerationRequest;
import io.nextscale.var.GenerationResult;
import io.nextscale.var.ImageGenerator;
import io.nextscale.var.LoadOptions;
import io.nextscale.var.edit.TokenEdit;
import io.nextscale.var.model.ModelSource;
import io.nextscale.var.model.OfficialModels;
import io.nextscale.var.sampling.Guidance;
import io.nextscale.var.sampling.Sampling;
import io.nextscale.var.scale.Scale;
import io.nextscale.var.scale.Scales;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CancellationException;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Raster models for a user: requests, progress, refusals, batches, element types. */
@EnabledIf("available")
class RasterModelTest {
  private static final String LLAMA = "llamagen-c2i";
  private static final String AIM = "aim";

  static boolean available() {
    return Fixture.sharedIsThere(RasterModelTest.class, LLAMA);
  }

  private static ModelSource source(String name) {
    Path folder = Fixture.shared().resolve("golden/" + name);
    return ModelSource.folder(folder);
  }

  @AfterEach
  void nothingIsLeft() {
    assertThat(Torch.liveTensors()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {LLAMA, AIM})
  void tellsEachRow(String name) {
    try (ImageGenerator generator = ImageGenerator.load(source(name))) {
      List<Integer> positions = new ArrayList<>();
      List<Long> tokens = new ArrayList<>();
      List<BufferedImage> previews = new ArrayList<>();
      GenerationResult result =
          generator.generate(
              GenerationRequest.of(3)
                  .onScale(
                      event -> {
                        assertThat(event.count()).isEqualTo(8);
                        assertThat(event.scale()).isEqualTo(new Scale(1, 8));
                        positions.add(event.position());
                        for (long token : event.tokens()) {
                          tokens.add(token);
                        }
                        if (event.index() == 3) {
                          previews.addAll(event.preview());
                        }
                      })
                  .build());
      assertThat(positions).containsExactly(0, 8, 16, 24, 32, 40, 48, 56);
      assertThat(tokens)
          .containsExactlyElementsOf(Arrays.stream(result.drawn().tokens()[0]).boxed().toList());
      assertThat(previews.getFirst().getWidth()).isEqualTo(128);
      assertThat(result.timings().transformer()).hasSize(1);
      assertThat(result.images().getFirst().parameters())
          .containsEntry("scales", "8")
          .doesNotContainKey("float32_scales");
    }
  }

  /** The same image alone and in a batch, but for rounding, which decides no token here. */
  @ParameterizedTest
  @ValueSource(strings = {LLAMA, AIM})
  void drawsTheSameInABatch(String name) {
    try (ImageGenerator generator = ImageGenerator.load(source(name))) {
      GenerationResult batch =
          generator.generate(GenerationRequest.of(3, 7, 1).cfg(1.5).seed(5).build());
      for (int i = 0; i < 3; i++) {
        int label = List.of(3, 7, 1).get(i);
        GenerationResult alone =
            generator.generate(GenerationRequest.of(label).cfg(1.5).seed(5 + i).build());
        assertThat(alone.drawn().tokens()[0]).isEqualTo(batch.drawn().tokens()[i]);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {LLAMA, AIM})
  void computesInBfloat16(String name) {
    try (ImageGenerator exact = ImageGenerator.load(source(name));
        ImageGenerator half =
            ImageGenerator.load(source(name), new LoadOptions(Device.CPU, DType.BFLOAT16))) {
      GenerationResult truth =
          exact.generate(GenerationRequest.of(3).cfg(1).sampling(Sampling.greedy()).build());
      double wanted = exact.score(truth.drawn(), List.of("3"), false).meanCrossEntropy();
      double got = half.score(truth.drawn(), List.of("3"), false).meanCrossEntropy();
      assertThat(got).isCloseTo(wanted, Percentage.withPercentage(5));
      assertThat(half.generate(GenerationRequest.of(3).build()).images()).hasSize(1);
    }
  }

  @Test
  void endsSoonAfterItsCancellation() {
    try (ImageGenerator generator = ImageGenerator.load(source(LLAMA))) {
      List<Integer> rows = new ArrayList<>();
      Cancellation cancellation = new Cancellation();
      GenerationRequest request =
          GenerationRequest.of(3)
              .cancellation(cancellation)
              .onScale(
                  event -> {
                    rows.add(event.index());
                    cancellation.cancel();
                  })
              .build();
      assertThatThrownBy(() -> generator.generate(request))
          .isInstanceOf(CancellationException.class);
      assertThat(rows).containsExactly(0);
    }
  }

  @Test
  void refusesWhatItCannotDo() {
    try (ImageGenerator generator = ImageGenerator.load(source(LLAMA))) {
      assertRefused(generator, GenerationRequest.of(3).steps(4), "a raster model");
      assertRefused(
          generator, GenerationRequest.of(3).scales(Scales.squares(1, 8)), "a raster model");
      assertRefused(
          generator,
          GenerationRequest.of(3).sampling(Sampling.all().withSmooth(true)),
          "no mixture");
      assertRefused(generator, GenerationRequest.of(11), "class");
      assertRefused(
          generator, GenerationRequest.of(3).guidance(Guidance.ramp(4)), "expected constant");
      assertRefused(
          generator,
          GenerationRequest.of(3)
              .guidance(Guidance.constant(4).withMaxPatchNumber(OptionalInt.of(4))),
          "max-pn 4");
      GenerationResult image = generator.generate(GenerationRequest.of(3).build());
      assertRefused(
          generator, GenerationRequest.of(3).edit(TokenEdit.keeping(image.drawn(), 1)), "edits: ");
    }
    assertThatThrownBy(
            () ->
                ImageGenerator.load(
                    source(LLAMA),
                    new LoadOptions(Device.CPU, DType.BFLOAT16).withFloat32Scales(2)))
        .hasMessageContaining("a raster model has one scale");
  }

  /** An interval of tokens has no meaning for a model that predicts scale by scale. */
  @Test
  void onlyRasterModelsTakeAnInterval() {
    assertThatThrownBy(
            () ->
                OfficialModels.preset("var-d16")
                    .requireGuidance(Guidance.ramp(1).withInterval(OptionalInt.of(3))))
        .hasMessageContaining("cfg-interval 3");
  }

  private static void assertRefused(
      ImageGenerator generator, GenerationRequest.Builder request, String reason) {
    assertThatThrownBy(() -> generator.generate(request.build()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(reason);
  }
}
