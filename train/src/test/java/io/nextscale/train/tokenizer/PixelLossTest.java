package io.nextscale.train.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.torch.Torch;
import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PixelLossTest {
  private static final Offset<Double> ROUNDING = within(1e-6);

  private static double loss(Tensor made, Tensor truth) {
    return PixelLoss.of(made, truth).toFloats()[0];
  }

  private static Tensor noise(long... shape) {
    SplittableRandom random = new SplittableRandom(4);
    Tensor zeros = Tensor.zeros(DType.FLOAT32, Device.CPU, shape);
    float[] values = new float[(int) zeros.numel()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextDouble(-1, 1);
    }
    return Tensor.of(values, shape);
  }

  @Test
  void equalImagesHaveNone() {
    try (TensorScope scope = TensorScope.open()) {
      assertThat(loss(noise(2, 3, 20, 17), noise(2, 3, 20, 17))).isZero();
    }
  }

  @Test
  void anImageOfFourPixelsComputedByHand() {
    try (TensorScope scope = TensorScope.open()) {
      float[] red = {1, 2, 3, 5, 0, 0, 0, 0, 0, 0, 0, 0};
      Tensor made = Tensor.of(red, 1, 3, 2, 2);
      Tensor truth = Tensor.zeros(DType.FLOAT32, Device.CPU, 1, 3, 2, 2);
      double pixels = (1 + 2 + 3 + 5) / 12.0 + (1 + 4 + 9 + 25) / 12.0;
      double edges = ((3 - 1) + (5 - 2)) / 6.0 + ((2 - 1) + (5 - 3)) / 6.0;
      assertThat(loss(made, truth)).isCloseTo(pixels + 0.5 * edges, ROUNDING);
      assertThat(loss(truth, made)).isCloseTo(pixels + 0.5 * edges, ROUNDING);
    }
  }

  /** Of images that differ by 0.5 everywhere each area adds 2 · 0.25; edges do not differ. */
  @ParameterizedTest
  @CsvSource({"3, 9, 0", "4, 3, 0", "4, 4, 1", "15, 64, 1", "16, 15, 1", "16, 16, 2", "37, 18, 2"})
  void areasLargerThanTheImageAreLeftOut(long height, long width, int areas) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor truth = noise(2, 3, height, width);
      double expected = 0.5 + 0.25 + areas * 2 * 0.25;
      assertThat(loss(truth.add(0.5), truth)).isCloseTo(expected, ROUNDING);
    }
  }

  @Test
  void finePatternsHaveNoPartInAreas() {
    try (TensorScope scope = TensorScope.open()) {
      float[] chequered = new float[3 * 16 * 16];
      for (int i = 0; i < chequered.length; i++) {
        chequered[i] = (i / 16 + i) % 2 == 0 ? 1 : -1;
      }
      Tensor grey = Tensor.zeros(DType.FLOAT32, Device.CPU, 1, 3, 16, 16);
      double pixels = 1 + 1;
      double edges = 2 + 2;
      assertThat(loss(Tensor.of(chequered, 1, 3, 16, 16), grey))
          .isCloseTo(pixels + 0.5 * edges, ROUNDING);
    }
  }

  @Test
  void theLossIsOneFloat32AndNothingElseIsLeft() {
    long before = Torch.liveTensors();
    try (TensorScope scope = TensorScope.open()) {
      Tensor made = noise(1, 3, 16, 16);
      Tensor truth = made.add(noise(1, 3, 16, 16));
      long given = Torch.liveTensors();
      Tensor loss = PixelLoss.of(made, truth);
      assertThat(loss.dtype()).isEqualTo(DType.FLOAT32);
      assertThat(loss.dim()).isZero();
      assertThat(Torch.liveTensors()).isEqualTo(given + 1);
    }
    assertThat(Torch.liveTensors()).isEqualTo(before);
  }
}
