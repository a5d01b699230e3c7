package io.nextscale.var.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.GradMode;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.torch.Torch;
import io.nextscale.torch.cpu.CpuThreads;
import io.nextscale.torch.cpu.Parallel;
import io.nextscale.var.nn.Attention;
import io.nextscale.var.nn.FusedAttention;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HeadwiseAttentionTest {
  private static final Attention FUSED = new FusedAttention();

  /** With few queries, with many, on a single thread and with keys that lie in a longer cache. */
  @ParameterizedTest
  @CsvSource({
    "1, 5, 9, 1",
    "1, 128, 128, 1",
    "2, 130, 301, 0.25",
    "3, 257, 400, 1",
    "1, 256, 680, 0.03"
  })
  void agreesWithTheFusedKernel(int rows, int queries, int keys, double scale) {
    try (GradMode inference = GradMode.disabled();
        TensorScope scope = TensorScope.open()) {
      SplittableRandom random = new SplittableRandom(queries);
      Tensor query = RandomTensors.of(random, rows, queries, 4, 32).transpose(1, 2);
      Tensor key = RandomTensors.of(random, rows, 4, keys + 7L, 32).narrow(2, 3, keys);
      Tensor value = RandomTensors.of(random, rows, 4, keys + 7L, 32).narrow(2, 3, keys);
      Tensor expected = FUSED.attend(query, key, value, null, scale);
      Attention headwise = new HeadwiseAttention(FUSED);
      Tensor actual = headwise.attend(query, key, value, null, scale);
      assertThat(actual.shape()).containsExactly(rows, 4, queries, 32);
      assertThat(actual.transpose(1, 2).isContiguous()).isTrue();
      float[] bits = actual.contiguous().toFloats();
      assertThat(difference(bits, expected)).isCloseTo(0, within(5e-6));
      Parallel.forEach(
          CpuThreads.count(), // leaves each task one thread
          i -> {
            Tensor alone = headwise.attend(query, key, value, null, scale);
            assertThat(difference(bits, alone)).isCloseTo(0, within(5e-6));
          });
    }
    assertThat(Torch.liveTensors()).isZero();
  }

  private static double difference(float[] expected, Tensor actual) {
    assertThat(actual.dtype()).isEqualTo(DType.FLOAT32);
    assertThat(actual.device()).isEqualTo(Device.CPU);
    float[] values = actual.contiguous().toFloats();
    double largest = 0;
    for (int i = 0; i < values.length; i++) {
      largest = Math.max(largest, Math.abs((double) values[i] - expected[i]));
    }
    return largest;
  }
}
