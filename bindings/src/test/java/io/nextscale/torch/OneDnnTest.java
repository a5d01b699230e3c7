package io.nextscale.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class OneDnnTest {
  @AfterEach
  void nothingIsLeftAlive() {
    assertThat(Torch.liveTensors()).isZero();
  }

  private static Tensor random(DType dtype, long seed, long... shape) {
    int count = 1;
    for (long side : shape) {
      count *= (int) side;
    }
    float[] values = new float[count];
    Random random = new Random(seed);
    for (int i = 0; i < count; i++) {
      values[i] = random.nextFloat() - 0.5f;
    }
    return Tensor.of(values, shape).to(dtype);
  }

  private static void assertClose(Tensor actual, Tensor expected, float tolerance) {
    assertThat(actual.shape()).containsExactly(expected.shape());
    assertThat(actual.dtype()).isEqualTo(expected.dtype());
    float[] wanted = expected.toFloats();
    float[] found = actual.toFloats();
    for (int i = 0; i < wanted.length; i++) {
      assertThat(found[i]).isCloseTo(wanted[i], within(tolerance));
    }
  }

  /** A packed weight is of use for nothing else, and says so. */
  @Test
  void packedWeightsHaveNoMemoryToRead() {
    try (GradMode inference = GradMode.disabled();
        TensorScope scope = TensorScope.open()) {
      Tensor packed = OneDnn.pack(random(DType.FLOAT32, 1, 40, 96));
      assertThatThrownBy(packed::segment).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(packed::toFloats).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> Functional.silu(packed)).isInstanceOf(TorchException.class);
    }
  }

  /** Sums of 96 products differ in the order of addition; bfloat16 has 8 bits. */
  @ParameterizedTest
  @CsvSource({"FLOAT32, 1e-5", "BFLOAT16, 3e-2"})
  void agreesWithLinear(DType dtype, float tolerance) {
    try (GradMode inference = GradMode.disabled();
        TensorScope scope = TensorScope.open()) {
      Tensor weight = random(dtype, 1, 40, 96);
      Tensor bias = random(dtype, 2, 40);
      assertThat(OneDnn.serves(weight)).isTrue();
      for (int rows : new int[] {1, 2, 33}) {
        Tensor x = random(dtype, rows, 2, rows, 96);
        Tensor plain = Functional.linear(x, weight, bias);
        assertClose(OneDnn.linear(x, weight, bias, OneDnn.Activation.NONE), plain, tolerance);
        Tensor packed = OneDnn.pack(weight);
        assertThat(packed.shape()).containsExactly(40, 96);
        assertClose(OneDnn.linear(x, packed, bias, OneDnn.Activation.NONE), plain, tolerance);
        assertClose(
            OneDnn.linear(x, weight, null, OneDnn.Activation.NONE),
            Functional.linear(x, weight, null),
            tolerance);
        assertClose(
            OneDnn.linear(x, weight, bias, OneDnn.Activation.GELU_TANH),
            Functional.geluTanh(plain),
            tolerance);
      }
    }
  }

  /** A transposed input, a part of an input, and a weight that lies transposed. */
  @Test
  void takesStridedTensors() {
    try (GradMode inference = GradMode.disabled();
        TensorScope scope = TensorScope.open()) {
      Tensor weight = random(DType.FLOAT32, 1, 96, 40).transpose(0, 1);
      Tensor whole = random(DType.FLOAT32, 2, 96, 10);
      for (Tensor x : new Tensor[] {whole.transpose(0, 1), whole.transpose(0, 1).narrow(0, 3, 4)}) {
        assertClose(
            OneDnn.linear(x, weight, null, OneDnn.Activation.NONE),
            Functional.linear(x, weight, null),
            1e-5f);
      }
    }
  }

  @Test
  void doesNotServeWhereGradientsAreRecorded() {
    try (TensorScope scope = TensorScope.open()) {
      Tensor weight = random(DType.FLOAT32, 1, 4, 4);
      try (GradMode training = GradMode.enabled()) {
        assertThat(OneDnn.serves(weight)).isFalse();
      }
      try (GradMode inference = GradMode.disabled()) {
        assertThat(OneDnn.serves(weight)).isTrue();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"FLOAT64", "INT64"})
  void doesNotServeOtherTypesOrDevices(DType dtype) {
    try (GradMode inference = GradMode.disabled();
        TensorScope scope = TensorScope.open()) {
      assertThat(OneDnn.serves(Tensor.zeros(dtype, Device.CPU, 2, 2))).isFalse();
      assertThat(OneDnn.serves(Tensor.empty(DType.FLOAT32, Device.META, 2, 2))).isFalse();
    }
  }

  @Test
  void namesTheArgumentsOfAFailure() {
    try (GradMode inference = GradMode.disabled();
        TensorScope scope = TensorScope.open()) {
      Tensor x = random(DType.FLOAT32, 1, 2, 5);
      Tensor weight = random(DType.FLOAT32, 2, 3, 4);
      assertThatThrownBy(() -> OneDnn.linear(x, weight, null, OneDnn.Activation.NONE))
          .isInstanceOf(TorchException.class)
          .hasMessageContaining("linear failed")
          .hasMessageContaining("[2, 5]")
          .hasMessageContaining("[3, 4]");
    }
  }
}
