package io.nextscale.var.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.nextscale.torch.DType;
import io.nextscale.torch.GradMode;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.torch.Torch;
import io.nextscale.var.nn.Conv2d;
import io.nextscale.var.nn.Upsample2x;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FoldedUpsample2xTest {
  @AfterEach
  void nothingIsLeft() {
    assertThat(Torch.liveTensors()).isZero();
  }

  private static Upsample2x plain(SplittableRandom random, int in, int out, DType dtype) {
    Tensor weight = RandomTensors.of(random, out, in, 3, 3).to(dtype);
    return new Upsample2x(new Conv2d(weight, RandomTensors.of(random, out).to(dtype), 1, 1));
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 1, 1, 1", "3, 5, 4, 3, 1", "16, 16, 1, 7, 2", "32, 32, 6, 5, 1"})
  void computesThePlainConvolution(int in, int out, int height, int width, int batch) {
    SplittableRandom random = new SplittableRandom(in + out);
    try (GradMode inference = GradMode.disabled();
        TensorScope scope = TensorScope.open()) {
      Upsample2x plain = plain(random, in, out, DType.FLOAT32);
      FoldedUpsample2x folded = FoldedUpsample2x.of(plain);
      assertThat(folded.weight().shape()).containsExactly(in, out, 4, 4);
      Tensor x = RandomTensors.of(random, batch, in, height, width);
      Tensor expected = plain.forward(x);
      Tensor result = folded.forward(Conv2d.channelsLast(x)).contiguous();
      assertThat(result.shape()).containsExactly(expected.shape());
      assertThat(result.toFloats()).containsExactly(expected.toFloats(), within(2e-5f));
    }
  }

  /** bfloat16 has 8 bits, and sums of 8 channels and 9 products of up to 1 are up to some 16. */
  @ParameterizedTest
  @CsvSource({"FLOAT32, 2e-5", "BFLOAT16, 0.06"})
  void keepsTheElementType(DType dtype, float tolerance) {
    SplittableRandom random = new SplittableRandom(7);
    try (GradMode inference = GradMode.disabled();
        TensorScope scope = TensorScope.open()) {
      Upsample2x plain = plain(random, 8, 8, dtype);
      FoldedUpsample2x folded = FoldedUpsample2x.of(plain);
      assertThat(folded.weight().dtype()).isEqualTo(dtype);
      Tensor x = RandomTensors.of(random, 1, 8, 4, 4);
      Tensor expected = plain.forward(x.to(dtype)).to(DType.FLOAT32);
      Tensor result = folded.forward(x).to(DType.FLOAT32).contiguous();
      assertThat(result.toFloats()).containsExactly(expected.toFloats(), within(tolerance));
    }
  }
}
