package io.nextscale.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.nextscale.models.DemoModel;
import io.nextscale.var.GenerationRequest;
import io.nextscale.var.GenerationResult;
import io.nextscale.var.ImageGenerator;
import io.nextscale.var.Score;
import io.nextscale.var.edit.Expansion;
import io.nextscale.var.edit.ImageEdit;
import io.nextscale.var.edit.Refinement;
import io.nextscale.var.image.PixelArray;
import io.nextscale.var.scale.ImageSize;
import io.nextscale.var.scale.TokenMaps;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * The embedded FlexVAR model: its figures on held-out images as in docs/models/emoji-flexvar.md,
 * and requests that need free scales.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FlexVarDemoTest {
  private static final double CROSS_ENTROPY = 2.2138;
  private static final double PSNR = 21.125;

  private ImageGenerator generator;
  private HeldOutEmoji heldOut;

  @BeforeAll
  void load() throws IOException {
    generator = ImageGenerator.load(DemoModel.source(DemoModel.FLEXVAR));
    heldOut = HeldOutEmoji.read();
  }

  @AfterAll
  void close() {
    generator.close();
  }

  @Test
  void isAsGoodAsDocumented() {
    TokenMaps tokens = generator.tokenize(heldOut.images()).tokens();
    List<PixelArray> rebuilt =
        SampledPixels.clamped(generator.decode(tokens, tokens.scales().count()));
    double decibels = 0;
    for (int b = 0; b < rebuilt.size(); b++) {
      decibels += HeldOutEmoji.psnr(heldOut.images().get(b), rebuilt.get(b)) / rebuilt.size();
    }
    HeldOutEmoji known = heldOut.ofAClass();
    TokenMaps ofKnown = generator.tokenize(known.images()).tokens();
    Score score = generator.score(ofKnown, known.labels(), false);
    System.out.printf("  PSNR %.3f dB, cross-entropy %.4f%n", decibels, score.meanCrossEntropy());
    assertThat(decibels).isCloseTo(PSNR, within(0.02));
    assertThat(score.meanCrossEntropy()).isCloseTo(CROSS_ENTROPY, within(0.005));
  }

  @Test
  void generatesAnySizeInAnyNumberOfSteps() {
    GenerationRequest request = GenerationRequest.of("bird").size(64, 96).steps(5).seed(1).build();
    GenerationResult result = generator.generate(request);
    assertThat(result.images().getFirst().pixels().size()).isEqualTo(new ImageSize(64, 96));
    assertThat(result.tokens().scales().count()).isEqualTo(5);
  }

  /** A refined image of twice the size still shows the image. */
  @Test
  void refinesAndExpands() {
    PixelArray image = heldOut.images().getFirst();
    PixelArray refined = generate(Refinement.of(image), 128, 128);
    assertThat(refined.size()).isEqualTo(new ImageSize(128, 128));
    assertThat(HeldOutEmoji.psnr(image, halved(refined))).isGreaterThan(10);

    PixelArray expanded = generate(Expansion.of(image), 64, 128);
    assertThat(expanded.size()).isEqualTo(new ImageSize(64, 128));
  }

  private PixelArray generate(ImageEdit edit, int height, int width) {
    GenerationRequest request =
        GenerationRequest.of(heldOut.labels().getFirst())
            .size(height, width)
            .edit(edit)
            .seed(2)
            .build();
    return generator.generate(request).images().getFirst().pixels();
  }

  /** Means of 2×2 pixels. */
  private static PixelArray halved(PixelArray image) {
    int side = image.width() / 2;
    float[] from = image.values();
    float[] values = new float[3 * side * side];
    for (int i = 0; i < values.length; i++) {
      int at = i / side * 2 * image.width() + i % side * 2;
      values[i] = (from[at] + from[at + 1] + from[at + 2 * side] + from[at + 2 * side + 1]) / 4;
    }
    return PixelArray.of(side, side, values);
  }
}
