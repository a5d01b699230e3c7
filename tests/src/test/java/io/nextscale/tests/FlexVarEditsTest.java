package io.nextscale.tests;

import static io.nextscale.tests.Fixture.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.GenerationRequest;
import io.nextscale.var.GenerationResult;
import io.nextscale.var.ImageGenerator;
import io.nextscale.var.edit.EditRegion;
import io.nextscale.var.edit.Expansion;
import io.nextscale.var.edit.ImageEdit;
import io.nextscale.var.edit.Inpainting;
import io.nextscale.var.edit.Refinement;
import io.nextscale.var.image.MaskImage;
import io.nextscale.var.image.PixelArray;
import io.nextscale.var.model.ModelSource;
import io.nextscale.var.sampling.Guidance;
import io.nextscale.var.sampling.Sampling;
import io.nextscale.var.scale.Scale;
import io.nextscale.var.scale.Scales;
import io.nextscale.var.scale.TokenMaps;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * In-painting, out-painting, refining and expanding with a model with free scales: kept positions
 * have the image's own tokens at every scale, and later scales see them.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FlexVarEditsTest {
  private static final ModelSource MODEL =
      ModelSource.folder(Fixture.resource("golden/flexvar-shared-aln"));
  private static final int PATCH = 4;

  private ImageGenerator generator;
  private LoadedParts parts;

  @BeforeAll
  void load() {
    generator = ImageGenerator.load(MODEL);
    parts = LoadedParts.load(MODEL);
  }

  @AfterAll
  void close() {
    generator.close();
    parts.close();
  }

  private static GenerationRequest.Builder request(ImageEdit edit) {
    return GenerationRequest.of(3).seed(8).sampling(Sampling.all().withTopK(20)).edit(edit);
  }

  /** Asserts that kept tokens are used, drawn ones elsewhere, up to the pixels. */
  private void assertForced(GenerationResult result, TokenMaps given) {
    Scales scales = result.tokens().scales();
    boolean[] kept = result.kept();
    assertThat(kept).hasSize(scales.tokens()).contains(true, false);
    int replaced = 0;
    for (int b = 0; b < result.tokens().batch(); b++) {
      long[] drawn = result.drawn().tokens()[b];
      long[] own = given.tokens()[given.batch() == 1 ? 0 : b];
      long[] tokens = result.tokens().tokens()[b];
      for (int i = 0; i < kept.length; i++) {
        assertThat(tokens[i]).as("token %d", i).isEqualTo(kept[i] ? own[i] : drawn[i]);
        replaced += tokens[i] == drawn[i] ? 0 : 1;
      }
    }
    assertThat(replaced).as("a model with random weights draws other tokens").isPositive();
    try (TensorScope scope = TensorScope.open()) {
      Tensor codes = parts.tokenizer().codes(result.tokens(), scales.count() - 1);
      assertThat(result.latent()).containsExactly(codes.toFloats());
    }
    List<PixelArray> decoded = generator.decode(result.tokens(), scales.count());
    for (int b = 0; b < decoded.size(); b++) {
      assertThat(decoded.get(b).values()).containsExactly(result.images().get(b).pixels().values());
      assertThat(decoded.get(b).size()).isEqualTo(generator.spec().imageSize(scales));
    }
  }

  private static boolean[] at(GenerationResult result, int k) {
    Scales scales = result.tokens().scales();
    return Arrays.copyOfRange(result.kept(), scales.start(k), scales.start(k + 1));
  }

  // ---- in- and out-painting -------------------------------------------------------------------

  @ParameterizedTest
  @CsvSource({"64,64", "32,64", "48,20"})
  void paintsOrKeepsARegion(int height, int width) {
    PixelArray image = Painted.image(height, width, 5);
    EditRegion box = EditRegion.box(.25, .1, .8, .55);
    for (boolean keepInside : new boolean[] {false, true}) {
      Inpainting edit = new Inpainting(List.of(image), box, keepInside);
      GenerationResult result = generator.generate(request(edit).build());
      Scales scales = result.tokens().scales();
      assertThat(scales.last()).isEqualTo(new Scale(height / PATCH, width / PATCH));
      assertForced(result, generator.tokenize(List.of(image), scales).tokens());
      boolean[] last = at(result, scales.count() - 1);
      int y = height / PATCH / 2;
      int x = width / PATCH / 3;
      assertThat(last[y * (width / PATCH) + x]).as("within the box").isEqualTo(keepInside);
      assertThat(last[0]).as("outside").isEqualTo(!keepInside);
    }
  }

  @Test
  void aMaskMayBeOfAnyShape() {
    BufferedImage mask = new BufferedImage(20, 48, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = mask.createGraphics();
    graphics.setColor(Color.WHITE);
    graphics.fillRect(8, 12, 8, 20); // columns 2 to 3, rows 3 to 7
    graphics.dispose();
    EditRegion white = EditRegion.whiteOf(MaskImage.of("mask", mask));
    PixelArray image = Painted.image(48, 20, 6);
    GenerationResult result =
        generator.generate(request(Inpainting.outPaint(image, white)).build());
    boolean[] last = at(result, result.tokens().scales().count() - 1);
    for (int i = 0; i < last.length; i++) {
      int y = i / 5;
      int x = i % 5;
      assertThat(last[i]).as("%d,%d", y, x).isEqualTo(y >= 3 && y < 8 && x >= 2 && x < 4);
    }
    assertForced(result, generator.tokenize(List.of(image), result.tokens().scales()).tokens());
  }

  @Test
  void editsTakeTheScalesThatTheRequestNames() {
    PixelArray image = Painted.image(32, 48, 7);
    Scales scales = Scales.parse("1,2,3x5,8x12");
    Inpainting edit = Inpainting.inPaint(image, EditRegion.box(0, 0, .5, .5));
    GenerationResult result = generator.generate(request(edit).scales(scales).build());
    assertThat(result.tokens().scales()).isEqualTo(scales);
    assertForced(result, generator.tokenize(List.of(image), scales).tokens());
    GenerationResult steps = generator.generate(request(edit).steps(4).build());
    assertThat(steps.tokens().scales().count()).isEqualTo(4);
    assertThat(steps.tokens().scales().last()).isEqualTo(new Scale(8, 12));
  }

  // ---- refining -------------------------------------------------------------------------------

  @ParameterizedTest
  @CsvSource({"32,32,64,64", "16,32,40,80", "20,32,40,64", "12,28,40,88"})
  void refiningForcesTheFirstScales(int height, int width, int toHeight, int toWidth) {
    PixelArray image = Painted.image(height, width, 9);
    GenerationResult result =
        generator.generate(request(Refinement.of(image)).size(toHeight, toWidth).build());
    Scales scales = result.tokens().scales();
    int count = 0;
    while (scales.get(count).height() <= height / PATCH
        && scales.get(count).width() <= width / PATCH) {
      count++;
    }
    assertThat(count).isBetween(1, scales.count() - 1);
    assertFirst(result, count);
    assertForced(result, generator.tokenize(List.of(image), scales).tokens());
  }

  private static void assertFirst(GenerationResult result, int count) {
    boolean[] kept = result.kept();
    for (int i = 0; i < kept.length; i++) {
      assertThat(kept[i]).as("position %d", i).isEqualTo(i < result.tokens().scales().start(count));
    }
  }

  @Test
  void refiningForcesTheRequestedNumberOfScales() {
    PixelArray image = Painted.image(32, 32, 10);
    for (int count : new int[] {1, 3, 9}) {
      Refinement edit = new Refinement(List.of(image), count);
      GenerationResult result = generator.generate(request(edit).build());
      assertThat(result.tokens().scales()).isEqualTo(generator.spec().scales());
      assertFirst(result, count);
      // from the seventh scale on, 8x8 tokens, the image's own are enlarged
      assertForced(result, generator.tokenize(List.of(image), result.tokens().scales()).tokens());
    }
  }

  // ---- expanding ------------------------------------------------------------------------------

  @ParameterizedTest
  @CsvSource({
    "32,32,32,64,.5,.5,0,4",
    "24,24,48,40,0,0,0,0",
    "32,48,32,64,.5,1,0,4",
    "16,40,64,40,1,.2,12,0"
  })
  void expandingForcesTheImageAtItsPlace(
      int height,
      int width,
      int toHeight,
      int toWidth,
      double vertical,
      double horizontal,
      int top,
      int left) {
    PixelArray image = Painted.image(height, width, 11);
    Expansion edit = new Expansion(List.of(image), vertical, horizontal);
    GenerationResult result = generator.generate(request(edit).size(toHeight, toWidth).build());
    Scales scales = result.tokens().scales();
    int rows = height / PATCH;
    int columns = width / PATCH;
    Scales own = new Scales(List.of(new Scale(rows, columns)));
    long[] natural = generator.tokenize(List.of(image), own).tokens().tokens()[0];
    boolean[] kept = at(result, scales.count() - 1);
    long[] tokens = result.tokens().ofScale(scales.count() - 1);
    for (int i = 0; i < kept.length; i++) {
      int y = i / scales.last().width() - top;
      int x = i % scales.last().width() - left;
      boolean within = y >= 0 && y < rows && x >= 0 && x < columns;
      assertThat(kept[i]).as("position %d", i).isEqualTo(within);
      if (within) {
        assertThat(tokens[i]).isEqualTo(natural[y * columns + x]);
      }
    }
    assertForced(result, expanded(image, scales, top, left));
  }

  /** Quantizes a latent whose border is repeated around it. */
  private TokenMaps expanded(PixelArray image, Scales scales, int top, int left) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor latent = parts.tokenizer().encode(LoadedParts.batch(List.of(image)));
      int channels = (int) latent.size(1);
      int rows = (int) latent.size(2);
      int columns = (int) latent.size(3);
      float[] small = latent.toFloats();
      Scale last = scales.last();
      float[] large = new float[channels * last.tokens()];
      for (int i = 0; i < large.length; i++) {
        int y = Math.clamp(i / last.width() % last.height() - top, 0, rows - 1);
        int x = Math.clamp(i % last.width() - left, 0, columns - 1);
        large[i] = small[(i / last.tokens() * rows + y) * columns + x];
      }
      Tensor padded = Tensor.of(large, 1, channels, last.height(), last.width());
      return parts.tokenizer().quantize(padded, scales);
    }
  }

  // ---- later scales ---------------------------------------------------------------------------

  /** The logits of later scales follow from the used tokens, not from the drawn ones. */
  @Test
  void laterScalesSeeKeptTokens() {
    PixelArray wide = Painted.image(16, 32, 12);
    List<ImageEdit> edits =
        List.of(
            Inpainting.inPaint(wide, EditRegion.box(.2, .2, .9, .6)),
            Refinement.of(wide),
            Expansion.of(wide));
    List<Scales> scales =
        List.of(
            Scales.parse("1,2x3,4x8"), Scales.parse("1,3x6,5x10,8x16"), Scales.parse("1,3x5,7x9"));
    for (int i = 0; i < edits.size(); i++) {
      for (Guidance guidance : List.of(Guidance.flexRamp(2), Guidance.constant(1.5))) {
        GenerationResult result =
            MaskedPass.assertAgrees(
                generator, request(edits.get(i)).scales(scales.get(i)), guidance, "3");
        assertThat(result.tokens()).isNotEqualTo(result.drawn());
      }
    }
  }

  @Test
  void editsImagesOfABatchAsAlone() {
    PixelArray one = Painted.image(24, 40, 13);
    PixelArray other = Painted.image(24, 40, 14);
    EditRegion box = EditRegion.box(.3, .3, 1, 1);
    GenerationResult both =
        generator.generate(
            GenerationRequest.of(3, 10)
                .seed(20)
                .edit(new Inpainting(List.of(one, other), box, false))
                .build());
    Scales scales = both.tokens().scales();
    assertForced(both, generator.tokenize(List.of(one, other), scales).tokens());
    List<PixelArray> images = List.of(one, other);
    int[] classes = {3, 10};
    for (int b = 0; b < 2; b++) {
      GenerationResult alone =
          generator.generate(
              GenerationRequest.of(classes[b])
                  .seed(20 + b)
                  .edit(Inpainting.inPaint(images.get(b), box))
                  .build());
      assertThat(both.tokens().tokens()[b]).containsExactly(alone.tokens().tokens()[0]);
      assertClose(
          "image " + b,
          both.images().get(b).pixels().values(),
          alone.images().getFirst().pixels().values(),
          1e-4);
    }
    // one image for all classes
    GenerationResult shared =
        generator.generate(
            GenerationRequest.of(3, 10).seed(20).edit(Inpainting.inPaint(one, box)).build());
    assertForced(shared, generator.tokenize(List.of(one), scales).tokens());
    assertThat(shared.tokens().tokens()[0]).containsExactly(both.tokens().tokens()[0]);
  }
}
