package io.nextscale.evaluate.inception;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.nextscale.evaluate.Golden;
import io.nextscale.evaluate.image.RgbSamples;
import io.nextscale.evaluate.inception.layer.Branches;
import io.nextscale.evaluate.inception.layer.Chain;
import io.nextscale.evaluate.inception.layer.ConvUnit;
import io.nextscale.evaluate.inception.layer.MapSize;
import io.nextscale.evaluate.inception.layer.Part;
import io.nextscale.evaluate.inception.layer.Pool;
import io.nextscale.torch.Creation;
import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.checkpoint.Checkpoint;
import io.nextscale.var.image.ImageFile;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InceptionTest {
  private static final int SIDE = Inception.SIDE;
  private static final List<String> FILES =
      List.of(
          "p0-rgb-64x64.png",
          "p1-rgb-256x256.png",
          "p2-rgb-299x299.png",
          "p3-rgb-300x200.png",
          "p4-grey-128x160.png",
          "p5-rgba-96x72.png",
          "p6-rgb-512x384.png",
          "p7-palette-16x16.png");

  private static Checkpoint golden;
  private static Inception network;

  @BeforeAll
  static void open() {
    golden = Checkpoint.open(Golden.file("inception.safetensors"));
    network = Inception.read(new FormulaWeights(), DType.FLOAT32);
  }

  @AfterAll
  static void close() {
    network.close();
    golden.close();
  }

  private static RgbSamples image(int index) {
    return RgbSamples.of(ImageFile.read(Golden.file("pictures/" + FILES.get(index))));
  }

  private static float[] input(InputScaling scaling, int index) {
    try (TensorScope scope = TensorScope.open()) {
      return scaling.tensor(List.of(image(index))).toFloats();
    }
  }

  @Test
  void theFormulaGivesTheOfficialWeights() {
    Object all = Golden.json(Golden.file("weights.json"));
    Map<?, ?> first = (Map<?, ?>) Golden.at(all, "first");
    first.forEach(
        (key, values) -> {
          long[] shape =
              switch ((String) key) {
                case "Conv2d_1a_3x3.conv.weight" -> new long[] {32, 3, 3, 3};
                case "Mixed_6d.branch7x7dbl_3.conv.weight" -> new long[] {160, 160, 1, 7};
                case "fc.weight" -> new long[] {1008, 2048};
                default -> new long[] {192};
              };
          float[] actual = FormulaWeights.values((String) key, shape);
          for (int i = 0; i < ((List<?>) values).size(); i++) {
            assertThat(actual[i]).isEqualTo(((Number) ((List<?>) values).get(i)).floatValue());
          }
        });
    assertThat(first).hasSizeGreaterThanOrEqualTo(4);
  }

  @ParameterizedTest
  @CsvSource({"TENSORFLOW, openai, 0", "PYTORCH, pytorch_fid, 2e-5", "PILLOW, clean, 1e-7"})
  void theInputIsThatOfTheEvaluator(InputScaling scaling, String protocol, double tolerance) {
    int[] positions = Golden.integers(golden, "input.positions");
    float[] wanted = Golden.floats(golden, protocol + ".input");
    double[] sums = Golden.doubles(golden, protocol + ".input_sum");
    int at = 0;
    for (int p = 0; p < FILES.size(); p++) {
      float[] input = input(scaling, p);
      for (int c = 0; c < 3; c++) {
        double sum = 0;
        for (int i = 0; i < SIDE * SIDE; i++) {
          sum += input[c * SIDE * SIDE + i];
        }
        assertThat(Math.abs(sum - sums[3 * p + c]))
            .as("sum of image %d, channel %d", p, c)
            .isLessThanOrEqualTo(1e-6 + tolerance * SIDE * SIDE);
        for (int row : positions) {
          for (int column : positions) {
            assertThat((double) Math.abs(input[(c * SIDE + row) * SIDE + column] - wanted[at++]))
                .as("%s: image %d, channel %d, row %d, column %d", protocol, p, c, row, column)
                .isLessThanOrEqualTo(tolerance);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"TENSORFLOW, openai", "PYTORCH, pytorch_fid", "PILLOW, clean"})
  void theFeaturesAreThoseOfTheEvaluator(InputScaling scaling, String protocol) {
    for (int p = 0; p < FILES.size(); p++) {
      try (TensorScope scope = TensorScope.open()) {
        InceptionFeatures features =
            network.features(Tensor.of(input(scaling, p), 1, 3, SIDE, SIDE));
        assertClose(protocol + ".pool3", p, features.pooled().toFloats());
        if (protocol.equals("openai")) {
          assertClose("openai.spatial", p, features.spatial().toFloats());
          assertClose("openai.logits_unbiased", p, features.logits().toFloats());
        }
      }
    }
  }

  /**
   * torchvision counts 5,713,216,096 for its Inception v3, of which its 1,000 classes take some.
   */
  @Test
  void theMultiplyAddsAreThoseOfThePublishedNetwork() {
    long sum = network.multiplyAdds().values().stream().mapToLong(count -> count).sum();
    assertThat(sum).isEqualTo(5_713_216_096L - 2048 * 1000);
    assertThat(network.multiplyAdds())
        .hasSize(18)
        .containsEntry("Conv2d_1a_3x3", 149 * 149 * 32L * 3 * 3 * 3)
        .containsEntry("MaxPool_1", 0L);
  }

  @Test
  void theFastFormOfABlockComputesThePlainOne() {
    try (TensorScope scope = TensorScope.open()) {
      Part block =
          new Branches(
              List.of(
                  unit(64, 192, 1),
                  new Chain(List.of(unit(48, 192, 1), unit(64, 48, 5))),
                  new Chain(List.of(Pool.AVERAGE, unit(32, 192, 1))),
                  new Chain(List.of(Pool.MAXIMUM, unit(32, 192, 1)))));
      MapSize size = new MapSize(192, 35, 33);
      MapSize result = new MapSize(192, 35, 33);
      assertThat(block.size(size)).isEqualTo(result);
      long multiplyAdds = block.multiplyAdds(size);
      Tensor input = Creation.randn(9, DType.FLOAT32, Device.CPU, 2, 192, 35, 33);
      float[] plain = block.apply(input).toFloats();
      Part fast = InceptionForm.of(block, size);
      assertThat(fast.size(size)).isEqualTo(result);
      assertThat(fast.multiplyAdds(size)).isEqualTo(multiplyAdds);
      float[] actual = fast.apply(input).toFloats();
      assertThat(actual).hasSameSizeAs(plain);
      for (int i = 0; i < actual.length; i++) {
        assertThat(actual[i]).isCloseTo(plain[i], within(1e-4f));
      }
    }
  }

  private static Part unit(int out, int in, int side) {
    Tensor weight = Creation.randn(out, DType.FLOAT32, Device.CPU, out, in, side, side);
    Tensor bias = Creation.randn(in, DType.FLOAT32, Device.CPU, out);
    return new ConvUnit(weight.mul(1 / Math.sqrt(in * side * side)), bias, 1, side / 2, side / 2);
  }

  private static void assertClose(String name, int image, float[] actual) {
    float[] all = Golden.floats(golden, name);
    double largest = 0;
    for (float value : all) {
      largest = Math.max(largest, Math.abs(value));
    }
    double worst = 0;
    for (int i = 0; i < actual.length; i++) {
      worst = Math.max(worst, Math.abs(actual[i] - all[image * actual.length + i]));
    }
    assertThat(worst / largest).as("%s of image %d", name, image).isLessThanOrEqualTo(1e-4);
  }

  @ParameterizedTest
  @CsvSource({"0", "3"})
  void everyStageGivesTheOfficialValues(int image) {
    Map<String, float[]> results = new HashMap<>();
    Map<String, long[]> shapes = new HashMap<>();
    try (TensorScope scope = TensorScope.open()) {
      network.features(
          Tensor.of(input(InputScaling.TENSORFLOW, image), 1, 3, SIDE, SIDE),
          (stage, result) -> {
            try (TensorScope inner = TensorScope.open()) {
              results.put(stage, result.contiguous().toFloats());
              shapes.put(stage, result.shape());
            }
          });
    }
    assertThat(results).hasSize(18);
    results.forEach((stage, values) -> assertStage(image, stage, values, shapes.get(stage)));
  }

  private static void assertStage(int image, String stage, float[] values, long[] shape) {
    float[] wanted = Golden.floats(golden, "act.p%d.%s".formatted(image, stage));
    float[] means = Golden.floats(golden, "actmean.p%d.%s".formatted(image, stage));
    int channels = (int) shape[1];
    int side = (int) shape[2];
    int[] places = {0, 1, side / 2, side - 2, side - 1};
    double largest = 0;
    double worst = 0;
    int at = 0;
    for (int c = 0; c < channels; c++) {
      double sum = 0;
      for (int i = 0; i < side * side; i++) {
        sum += values[c * side * side + i];
      }
      assertThat(sum / (side * side) - means[c])
          .as("mean of %s, channel %d", stage, c)
          .isBetween(-1e-4 * (1 + Math.abs(means[c])), 1e-4 * (1 + Math.abs(means[c])));
      for (int row : c % 4 == 0 ? places : new int[0]) {
        for (int column : places) {
          largest = Math.max(largest, Math.abs(wanted[at]));
          worst =
              Math.max(worst, Math.abs(values[(c * side + row) * side + column] - wanted[at++]));
        }
      }
    }
    assertThat(at).isEqualTo(wanted.length);
    assertThat(worst / largest).as(stage).isLessThanOrEqualTo(1e-4);
  }
}
