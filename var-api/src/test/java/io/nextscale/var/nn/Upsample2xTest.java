package io.nextscale.var.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.torch.Torch;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Upsample2xTest {
  private static Tensor random(SplittableRandom random, long... shape) {
    int count = 1;
    for (long size : shape) {
      count *= (int) size;
    }
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextDouble(-1, 1);
    }
    return Tensor.of(values, shape);
  }

  /** Out of the definition, one element at a time. */
  private static double expected(Conv2d conv, Tensor x, int o, int y, int column) {
    float[] weight = conv.weight().toFloats();
    float[] pixels = x.toFloats();
    int channels = (int) x.size(1);
    int height = (int) x.size(2);
    int width = (int) x.size(3);
    double sum = conv.bias().toFloats()[o];
    for (int c = 0; c < channels; c++) {
      for (int i = 0; i < 9; i++) {
        int v = y + i / 3 - 1;
        int u = column + i % 3 - 1;
        if (v >= 0 && v < 2 * height && u >= 0 && u < 2 * width) {
          sum += weight[(o * channels + c) * 9 + i] * pixels[(c * height + v / 2) * width + u / 2];
        }
      }
    }
    return sum;
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 1, 1, 1", "3, 5, 4, 3, 1", "16, 16, 1, 7, 2", "32, 32, 6, 5, 1"})
  void computesTheDefinition(int in, int out, int height, int width, int batch) {
    SplittableRandom random = new SplittableRandom(in + out);
    try (TensorScope scope = TensorScope.open()) {
      Conv2d conv = new Conv2d(random(random, out, in, 3, 3), random(random, out), 1, 1);
      Tensor x = random(random, batch, in, height, width);
      Tensor result = new Upsample2x(conv).forward(x);
      assertThat(result.shape()).containsExactly(batch, out, 2L * height, 2L * width);
      int row = 2 * height - 1;
      Tensor first = x.narrow(0, 0, 1).contiguous();
      float[] image = result.toFloats();
      for (int column = 0; column < 2 * width; column++) {
        float actual = image[((out - 1) * 2 * height + row) * 2 * width + column];
        double truth = expected(conv, first, out - 1, row, column);
        assertThat((double) actual).isCloseTo(truth, within(2e-5));
      }
    }
    assertThat(Torch.liveTensors()).isZero();
  }
}
