package io.nextscale.tests;

import static io.nextscale.tests.Fixture.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.nextscale.models.DemoModel;
import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.var.GenerationRequest;
import io.nextscale.var.GenerationResult;
import io.nextscale.var.ImageGenerator;
import io.nextscale.var.LoadOptions;
import io.nextscale.var.Score;
import io.nextscale.var.checkpoint.Checkpoint;
import io.nextscale.var.image.PixelArray;
import io.nextscale.var.json.Json;
import io.nextscale.var.model.ModelSource;
import io.nextscale.var.sampling.Sampling;
import io.nextscale.var.scale.Scales;
import io.nextscale.var.scale.TokenMaps;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * The embedded VAR model against the official classes under PyTorch, on the 64 held-out images.
 *
 * <p>Tolerances: cross-entropy 1e-3 nats, PSNR 0.01 dB; both differ by less than 1e-5 between
 * kernels. Greedy tokens are equal.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DemoModelTest {
  private static final double ENTROPY = 1e-3;
  private static final double DECIBEL = 0.01;

  /** Images in which two codes are equally near; all later tokens of the image may differ. */
  private static final int IMAGES_WITH_TIES = 2;

  private static final double BFLOAT16_AGREEMENT = 0.98;

  private ImageGenerator generator;
  private Map<?, ?> expected;
  private List<PixelArray> images;
  private List<String> labels;
  private TokenMaps tokens;

  /** The model; a subclass tests another one of the same scales and classes. */
  ModelSource source() {
    return DemoModel.source();
  }

  /**
   * The class of each image. Some images have none in this model: their label is that of "no
   * class".
   */
  List<String> labels(HeldOutEmoji heldOut) {
    return heldOut.labels();
  }

  /** The folder of {@code expected.json} and {@code eval_tokens.safetensors}. */
  Path reference() {
    return Fixture.resource("emoji-var");
  }

  @BeforeAll
  void load() throws IOException {
    generator = ImageGenerator.load(source());
    byte[] json = Files.readAllBytes(reference().resolve("expected.json"));
    expected = (Map<?, ?>) Json.parse(json);
    Scales scales = generator.spec().scales();
    try (Checkpoint data = Checkpoint.open(reference().resolve("eval_tokens.safetensors"))) {
      HeldOutEmoji heldOut = HeldOutEmoji.read();
      labels = labels(heldOut);
      images = heldOut.images();
      long[][] all = new long[labels.size()][scales.tokens()];
      for (int k = 0; k < scales.count(); k++) {
        String name = "tokens_%d_%sx%s".formatted(k, scales.get(k), scales.get(k));
        long[] here = data.tensors().get(name).data().toArray(ValueLayout.JAVA_LONG_UNALIGNED);
        int length = scales.get(k).tokens();
        for (int b = 0; b < all.length; b++) {
          System.arraycopy(here, b * length, all[b], scales.start(k), length);
        }
      }
      tokens = new TokenMaps(scales, all);
    }
  }

  @AfterAll
  void close() {
    if (generator != null) {
      generator.close();
    }
  }

  private static float[] values(Object list) {
    List<?> all = (List<?>) list;
    float[] values = new float[all.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = ((Number) all.get(i)).floatValue();
    }
    return values;
  }

  private double number(String key) {
    return ((Number) expected.get(key)).doubleValue();
  }

  private static float[] floats(List<Double> values) {
    float[] result = new float[values.size()];
    for (int i = 0; i < result.length; i++) {
      result[i] = values.get(i).floatValue();
    }
    return result;
  }

  @Test
  void hasAClassForEachName() {
    assertThat(generator.spec().classNames()).hasSize(classes()).contains("bird", "country flag");
    assertThat(generator.spec().classId("Bird"))
        .isEqualTo(generator.spec().classNames().indexOf("bird"));
    assertThat(generator.spec().noClass()).isEqualTo(classes());
  }

  int classes() {
    return 17;
  }

  /**
   * Compares the cross-entropy, and the most probable token after the same earlier tokens. (A
   * greedy run would differ everywhere after its first different token.)
   */
  @Test
  void predictsInBfloat16NearlyAsInFloat32() {
    LoadOptions options = new LoadOptions(Device.CPU, DType.BFLOAT16);
    try (ImageGenerator other = ImageGenerator.load(source(), options)) {
      Score float32 = generator.score(tokens, labels, true);
      Score bfloat16 = other.score(tokens, labels, true);
      int vocabulary = generator.spec().tokenizer().vocabularySize();
      int rows = float32.logits().length / vocabulary;
      int equal = 0;
      for (int row = 0; row < rows; row++) {
        equal +=
            argmax(float32.logits(), row, vocabulary) == argmax(bfloat16.logits(), row, vocabulary)
                ? 1
                : 0;
      }
      System.out.printf(
          "  bfloat16: cross-entropy %.4f (float32 %.4f), %d of %d most probable tokens equal%n",
          bfloat16.meanCrossEntropy(), float32.meanCrossEntropy(), equal, rows);
      assertThat(bfloat16.meanCrossEntropy())
          .isCloseTo(float32.meanCrossEntropy(), withinPercentage(1));
      assertThat((double) equal / rows).isGreaterThan(BFLOAT16_AGREEMENT);
    }
  }

  private static int argmax(float[] logits, int row, int vocabulary) {
    int best = row * vocabulary;
    for (int i = best; i < (row + 1) * vocabulary; i++) {
      best = logits[i] > logits[best] ? i : best;
    }
    return best;
  }

  @Test
  void predictsAsPyTorchDoes() {
    Score score = generator.score(tokens, labels, false);
    assertClose(
        "cross-entropy",
        floats(score.crossEntropy()),
        values(expected.get("per_scale_ce")),
        ENTROPY);
    assertThat(score.meanCrossEntropy())
        .isCloseTo(number("mean_ce_over_all_tokens"), within(ENTROPY));
    // one of the 8320 predictions may be a tie
    assertClose(
        "accuracy", floats(score.accuracy()), values(expected.get("per_scale_accuracy")), 1.1 / 64);
    assertThat(score.meanAccuracy()).isCloseTo(number("accuracy"), within(1.1 / 8320));
    Score unconditional =
        generator.score(
            tokens,
            Collections.nCopies(labels.size(), Integer.toString(generator.spec().noClass())),
            false);
    assertClose(
        "without class",
        floats(unconditional.crossEntropy()),
        values(expected.get("per_scale_ce_unconditional")),
        ENTROPY);
    assertThat(unconditional.meanCrossEntropy())
        .isCloseTo(number("mean_ce_unconditional"), within(ENTROPY));
  }

  @Test
  void predictsSingleImagesAsPyTorchDoes() {
    float[] reference = values(expected.get("per_image_ce"));
    float[] entropies = new float[16];
    for (int b = 0; b < entropies.length; b++) {
      Score score = generator.score(tokens.slice(b, b + 1), labels.subList(b, b + 1), false);
      entropies[b] = (float) score.meanCrossEntropy();
    }
    assertClose("images", entropies, java.util.Arrays.copyOf(reference, 16), ENTROPY);
  }

  @Test
  void encodesAsPyTorchDoes() {
    long[][] encoded = generator.tokenize(images).tokens().tokens();
    int different = 0;
    for (int b = 0; b < encoded.length; b++) {
      different += java.util.Arrays.equals(encoded[b], tokens.tokens()[b]) ? 0 : 1;
    }
    System.out.printf("  %d of 64 images have other tokens%n", different);
    assertThat(different).isLessThanOrEqualTo(IMAGES_WITH_TIES);
  }

  @Test
  void reconstructsAsPyTorchDoes() {
    List<PixelArray> rebuilt =
        SampledPixels.clamped(generator.decode(tokens, generator.spec().scales().count()));
    float[] decibels = new float[rebuilt.size()];
    double l1 = 0;
    for (int b = 0; b < decibels.length; b++) {
      float[] truth = images.get(b).values();
      float[] values = rebuilt.get(b).values();
      for (int i = 0; i < truth.length; i++) {
        l1 += Math.abs((double) values[i] - truth[i]) / truth.length / decibels.length;
      }
      decibels[b] = (float) HeldOutEmoji.psnr(images.get(b), rebuilt.get(b));
    }
    float[] reference = values(expected.get("reconstruction_psnr_db"));
    assertClose("PSNR", decibels, reference, DECIBEL);
    assertThat(l1).isCloseTo(number("reconstruction_l1_mean"), within(1e-5));
  }

  @Test
  void generatesAsPyTorchDoes() {
    Map<?, ?> greedy = (Map<?, ?>) expected.get("greedy");
    List<?> rows = (List<?>) greedy.get("tokens");
    int[] classes = new int[rows.size()];
    java.util.Arrays.setAll(classes, i -> i);
    GenerationResult result =
        generator.generate(
            GenerationRequest.of(classes).cfg(1).sampling(Sampling.greedy()).build());
    for (int i = 0; i < classes.length; i++) {
      assertThat(result.tokens().tokens()[i])
          .as("class %d", i)
          .containsExactly(
              ((List<?>) rows.get(i)).stream().mapToLong(v -> ((Number) v).longValue()).toArray());
    }
    List<?> means = (List<?>) greedy.get("image_mean_rgb_0_1");
    for (int i = 0; i < classes.length; i++) {
      float[] values = result.images().get(i).pixels().values();
      float[] mean = new float[3];
      for (int j = 0; j < values.length; j++) {
        mean[j / 4096] += (Math.clamp(values[j], -1, 1) + 1) / 2 / 4096;
      }
      assertClose("mean colour " + i, mean, values(means.get(i)), 1e-4);
    }
  }
}
