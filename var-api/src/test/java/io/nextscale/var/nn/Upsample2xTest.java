package io.nextscale.var.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.nextscale.torch.DType;
import io.nextscale.torch.GradMode;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
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

  private static Upsample2x plain(SplittableRandom random, int in, int out, DType dtype) {
    return new Upsample2x(
        random(random, out, in, 3, 3).to(dtype), random(random, out).to(dtype), false);
  }

  /** Out of the definition, one number at a time. */
  private static double expected(Upsample2x map, Tensor x, int o, int y, int column) {
    float[] weight = map.weight().toFloats();
    float[] pixels = x.toFloats();
    int channels = (int) x.size(1);
    int height = (int) x.size(2);
    int width = (int) x.size(3);
    double sum = map.bias().toFloats()[o];
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
  void foldedAndPlainComputeWhatTheDefinitionSays(
      int in, int out, int height, int width, int batch) {
    SplittableRandom random = new SplittableRandom(in + out);
    try (GradMode inference = GradMode.disabled();
        TensorScope scope = TensorScope.open()) {
      Upsample2x plain = plain(random, in, out, DType.FLOAT32);
      Upsample2x folded = plain.fold();
      assertThat(folded.folded()).isTrue();
      assertThat(folded.weight().shape()).containsExactly(in, out, 4, 4);
      Tensor x = random(random, batch, in, height, width);
      Tensor first = plain.forward(x);
      Tensor second = folded.forward(Conv2d.channelsLast(x)).contiguous();
      assertThat(first.shape()).containsExactly(batch, out, 2L * height, 2L * width);
      assertThat(second.shape()).containsExactly(first.shape());
      assertThat(second.toFloats()).containsExactly(first.toFloats(), within(2e-5f));
      int row = 2 * height - 1;
      Tensor one = x.narrow(0, 0, 1).contiguous();
      float[] image = first.toFloats();
      for (int column = 0; column < 2 * width; column++) {
        float actual = image[((out - 1) * 2 * height + row) * 2 * width + column];
        double truth = expected(plain, one, out - 1, row, column);
        assertThat((double) actual).isCloseTo(truth, within(2e-5));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"FLOAT32, 2e-5", "BFLOAT16, 0.06"})
  void foldingKeepsTheElementType(DType dtype, float tolerance) {
    SplittableRandom random = new SplittableRandom(7);
    try (GradMode inference = GradMode.disabled();
        TensorScope scope = TensorScope.open()) {
      Upsample2x plain = plain(random, 8, 8, dtype);
      Upsample2x folded = plain.fold();
      assertThat(folded.weight().dtype()).isEqualTo(dtype);
      assertThat(folded.fold()).isSameAs(folded);
      Tensor x = random(random, 1, 8, 4, 4);
      Tensor first = plain.forward(x).to(DType.FLOAT32);
      Tensor second = folded.forward(x).to(DType.FLOAT32).contiguous();
      assertThat(second.toFloats()).containsExactly(first.toFloats(), within(tolerance));
    }
  }

  @Test
  void whereGradientsAreRecordedNothingIsFolded() {
    try (TensorScope scope = TensorScope.open()) {
      Upsample2x plain = plain(new SplittableRandom(1), 2, 2, DType.FLOAT32);
      assertThat(plain.fold()).isSameAs(plain);
    }
  }
}
