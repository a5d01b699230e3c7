package io.nextscale.tests;

import static io.nextscale.tests.Fixture.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import io.nextscale.torch.Tensor;
import io.nextscale.torch.cpu.CpuThreads;
import io.nextscale.var.GenerationRequest;
import io.nextscale.var.GenerationResult;
import io.nextscale.var.ImageGenerator;
import io.nextscale.var.Tokenized;
import io.nextscale.var.checkpoint.WeightSource;
import io.nextscale.var.image.PixelArray;
import io.nextscale.var.model.ModelSource;
import io.nextscale.var.model.OpenModel;
import io.nextscale.var.sampling.GreedyGrids;
import io.nextscale.var.sampling.Guidance;
import io.nextscale.var.sampling.Sampling;
import io.nextscale.var.scale.Scale;
import io.nextscale.var.scale.Scales;
import io.nextscale.var.scale.TokenMaps;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Properties of every model with free scales, at sizes that the official code does not know, on a
 * small model with random weights, patch 4 and images of 64x64.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FlexVarInvariantsTest {
  private static final ModelSource MODEL =
      ModelSource.folder(Fixture.resource("golden/flexvar-shared-aln"));
  private static final int PATCH = 4;

  private ImageGenerator generator;

  @BeforeAll
  void load() {
    generator = ImageGenerator.load(MODEL);
  }

  @AfterAll
  void close() {
    generator.close();
  }

  private static Sampling greedy() {
    return Sampling.greedy();
  }

  // ---- scales ---------------------------------------------------------------------------------

  @Test
  void aSideIsAPairOfEqualSides() {
    GenerationRequest.Builder request = GenerationRequest.of(3).seed(2);
    GenerationResult sides = generator.generate(request.scales(Scales.parse("1,2,3,5,8")).build());
    GenerationResult pairs =
        generator.generate(request.scales(Scales.parse("1x1,2x2,3x3,5x5,8x8")).build());
    assertThat(pairs.tokens()).isEqualTo(sides.tokens());
    assertThat(pairs.latent()).containsExactly(sides.latent());
  }

  @Test
  void sizeAndStepsChooseTheScales() {
    GenerationResult result =
        generator.generate(GenerationRequest.of(3).size(32, 64).steps(5).build());
    Scales scales = result.tokens().scales();
    assertThat(scales.count()).isEqualTo(5);
    assertThat(scales.last()).isEqualTo(new Scale(8, 16));
    PixelArray image = result.images().getFirst().pixels();
    assertThat(image.height()).isEqualTo(32);
    assertThat(image.width()).isEqualTo(64);
    assertThat(result.images().getFirst().parameters()).containsEntry("scales", scales.toString());
  }

  /** Compares logits, which depend on positions, inputs and mask, at grids of any shape. */
  @Test
  void cachedScalesAgreeWithOneMaskedPassAtAnyScales() {
    List<Scales> lists = new ArrayList<>();
    lists.add(Scales.parse("1x2,2x3,3x7")); // no single first token
    SplittableRandom random = new SplittableRandom(11);
    while (lists.size() < 6) {
      lists.add(randomScales(random));
    }
    for (Scales scales : lists) {
      for (Guidance guidance : List.of(Guidance.flexRamp(2.5, 8), Guidance.constant(2))) {
        MaskedPass.assertAgrees(
            generator,
            GenerationRequest.of("3", "10")
                .seed(5)
                .scales(scales)
                .sampling(Sampling.all().withTopK(20)),
            guidance,
            "3",
            "10");
      }
    }
  }

  private static Scales randomScales(SplittableRandom random) {
    List<Scale> scales = new ArrayList<>();
    int height = 1;
    int width = 1;
    int count = random.nextInt(3, 7);
    while (scales.size() < count) {
      Scale next = new Scale(height, width);
      if (scales.isEmpty() || !next.equals(scales.getLast())) {
        scales.add(next);
      }
      height += random.nextInt(0, 5);
      width += random.nextInt(0, 5);
    }
    return new Scales(scales);
  }

  // ---- transposition --------------------------------------------------------------------------

  /** Weights of a model that sees rows as columns. */
  private record Transposed(WeightSource upright) implements WeightSource {
    @Override
    public Path origin() {
      return upright.origin();
    }

    @Override
    public Set<String> keys() {
      return upright.keys();
    }

    /** Only the kernels of convolutions and the position grid have a direction. */
    @Override
    public Optional<Tensor> get(String key, long... shape) {
      return upright.get(key, shape).map(t -> isSquare(t.shape()) ? t.transpose(2, 3) : t);
    }

    private static boolean isSquare(long[] shape) {
      return shape.length == 4 && shape[2] == shape[3];
    }
  }

  private static ImageGenerator loadTransposed() {
    return ImageGenerator.load(
        () -> {
          OpenModel open = MODEL.open();
          return new OpenModel(
              open.spec(),
              new Transposed(open.tokenizerWeights()),
              new Transposed(open.transformerWeights()),
              open.files());
        });
  }

  private static Scales transposed(Scales scales) {
    return new Scales(scales.list().stream().map(s -> new Scale(s.width(), s.height())).toList());
  }

  private static long[][] transposed(TokenMaps maps) {
    long[][] tokens = maps.tokens();
    long[][] result = new long[tokens.length][maps.scales().tokens()];
    for (int b = 0; b < tokens.length; b++) {
      for (int k = 0; k < maps.scales().count(); k++) {
        Scale scale = maps.scales().get(k);
        int start = maps.scales().start(k);
        for (int i = 0; i < scale.tokens(); i++) {
          int to = i % scale.width() * scale.height() + i / scale.width();
          result[b][start + to] = tokens[b][start + i];
        }
      }
    }
    return result;
  }

  private static PixelArray transposed(PixelArray image) {
    int height = image.height();
    int width = image.width();
    float[] from = image.values();
    float[] to = new float[from.length];
    for (int i = 0; i < from.length; i++) {
      int channel = i / (height * width);
      int y = i / width % height;
      to[(channel * width + i % width) * height + y] = from[i];
    }
    return PixelArray.of(width, height, to);
  }

  /** Finds rows that are taken for columns. Greedy, because noise depends on the position. */
  @Test
  void aTransposedModelGeneratesTransposedImages() {
    try (ImageGenerator other = loadTransposed()) {
      for (String text : List.of("1,2x3,3x5,6x10", "1x2,4x3,5x8,12x9", "1,5x1,9x2")) {
        Scales scales = Scales.parse(text);
        GenerationRequest.Builder request =
            GenerationRequest.of(1, 6).sampling(greedy()).guidance(Guidance.flexRamp(2, 8));
        GenerationResult upright = generator.generate(request.scales(scales).build());
        GenerationResult transposed = other.generate(request.scales(transposed(scales)).build());
        assertThat(transposed.tokens().tokens())
            .as(text)
            .isDeepEqualTo(transposed(upright.tokens()));
        for (int b = 0; b < 2; b++) {
          assertClose(
              "transposed " + text,
              transposed.images().get(b).pixels().values(),
              transposed(upright.images().get(b).pixels()).values(),
              1e-4);
        }
      }
      PixelArray image = Painted.image(32, 80, 4);
      Scales scales = Scales.parse("1,2x3,4x12,8x20,11x23");
      Tokenized upright = generator.tokenize(List.of(image), scales);
      Tokenized transposed = other.tokenize(List.of(transposed(image)), transposed(scales));
      assertThat(transposed.tokens().tokens()).isDeepEqualTo(transposed(upright.tokens()));
      assertThat(List.of(transposed.height(), transposed.width())).containsExactly(20, 8);
    }
  }

  // ---- batch and threads ----------------------------------------------------------------------

  private GenerationResult wide(long seed, int... classes) {
    return generator.generate(GenerationRequest.of(classes).seed(seed).size(32, 48).build());
  }

  private static void assertSameImage(GenerationResult one, int i, GenerationResult other, int j) {
    assertThat(one.tokens().tokens()[i]).containsExactly(other.tokens().tokens()[j]);
    assertClose(
        "pixels of image " + i,
        one.images().get(i).pixels().values(),
        other.images().get(j).pixels().values(),
        1e-4);
  }

  @Test
  void aWideImageDoesNotDependOnItsBatch() {
    int[] classes = {0, 3, 6, 9, 10};
    GenerationResult batch = wide(1234, classes);
    assertThat(batch.tokens().tokens()[0]).isNotEqualTo(batch.tokens().tokens()[1]);
    for (int i = 0; i < classes.length; i++) {
      assertSameImage(batch, i, wide(1234 + i, classes[i]), 0);
    }
  }

  @Test
  void aWideImageDoesNotDependOnTheNumberOfThreads() {
    int before = CpuThreads.count();
    try {
      CpuThreads.setCount(2);
      GenerationResult two = wide(77, 4, 8);
      CpuThreads.setCount(1);
      GenerationResult one = wide(77, 4, 8);
      assertSameImage(one, 0, two, 0);
      assertSameImage(one, 1, two, 1);
    } finally {
      CpuThreads.setCount(before);
    }
  }

  // ---- previews -------------------------------------------------------------------------------

  @Test
  void aPreviewIsAsLargeAsItsGrid() {
    Scales scales = Scales.parse("1,2x3,4x7,6x9");
    List<List<BufferedImage>> previews = new ArrayList<>();
    GenerationResult result =
        generator.generate(
            GenerationRequest.of(5, 2)
                .scales(scales)
                .onScale(event -> previews.add(event.preview()))
                .build());
    assertThat(previews).hasSize(4);
    for (int k = 0; k < 4; k++) {
      assertThat(previews.get(k)).hasSize(2);
      List<PixelArray> decoded = generator.decode(result.tokens(), k + 1);
      for (int b = 0; b < 2; b++) {
        BufferedImage preview = previews.get(k).get(b);
        assertThat(preview.getHeight()).isEqualTo(PATCH * scales.get(k).height());
        assertThat(preview.getWidth()).isEqualTo(PATCH * scales.get(k).width());
        assertThat(pixels(preview))
            .as("scale %d of image %d", k, b)
            .containsExactly(pixels(decoded.get(b).toImage()));
      }
    }
    for (int b = 0; b < 2; b++) {
      assertThat(pixels(previews.getLast().get(b)))
          .containsExactly(pixels(result.images().get(b).toBufferedImage()));
    }
  }

  private static int[] pixels(BufferedImage image) {
    return image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
  }

  // ---- sampling -------------------------------------------------------------------------------

  /** The temperature is high, so that other grids hardly ever draw the most probable token. */
  @Test
  void greedyGridsTakeTheMostProbableToken() {
    Sampling hot = Sampling.all().withTemperature(50).withGreedyGrids(GreedyGrids.published(9));
    Scales scales = Scales.parse("1,4,4x5,4x7,5x7,6x8,8x10");
    // 7 is no published side, 10 is longer than 9
    List<Boolean> greedy = List.of(false, false, false, true, true, false, true);
    ObservedRun run =
        ObservedRun.of(generator, GenerationRequest.of(2).seed(3).scales(scales).sampling(hot));
    for (int k = 1; k < scales.count(); k++) {
      int same = 0;
      for (int i = scales.start(k); i < scales.start(k + 1); i++) {
        same += run.result().drawn().tokens()[0][i] == largest(run.logits()[0][i]) ? 1 : 0;
      }
      int all = scales.get(k).tokens();
      if (greedy.get(k)) {
        assertThat(same).as("scale %s", scales.get(k)).isEqualTo(all);
      } else {
        assertThat(same).as("scale %s", scales.get(k)).isLessThan(all / 2);
      }
    }
  }

  private static int largest(float[] row) {
    int best = 0;
    for (int i = 1; i < row.length; i++) {
      best = row[i] > row[best] ? i : best;
    }
    return best;
  }

  @Test
  void excludedCodesAreNeverDrawn() {
    List<Integer> most = new ArrayList<>();
    for (int code = 0; code < 80; code++) {
      if (code % 10 != 3) {
        most.add(code);
      }
    }
    GenerationResult result =
        generator.generate(
            GenerationRequest.of(2, 7)
                .seed(3)
                .size(32, 32)
                .sampling(Sampling.all().withExcludedCodes(most))
                .build());
    for (long[] tokens : result.tokens().tokens()) {
      for (long token : tokens) {
        assertThat(token % 10).isEqualTo(3);
      }
    }
  }
}
