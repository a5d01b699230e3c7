package io.nextscale.var.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.nextscale.torch.DType;
import io.nextscale.torch.GradMode;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.torch.Torch;
import io.nextscale.var.nn.Attention;
import io.nextscale.var.nn.FusedAttention;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TiledAttentionTest {
  private static final Attention REFUSED =
      (query, key, value, mask, scale) -> {
        throw new UnsupportedOperationException("few queries");
      };

  /** Inputs of bfloat16, so float32's result is exact beside bfloat16's rounding. */
  @ParameterizedTest
  @CsvSource({"1, 64, 64, 1", "2, 100, 255, 0.25", "1, 256, 680, 4", "1, 70, 4000, 0.03"})
  void agreesWithFloat32(int rows, int queries, int keys, double scale) {
    try (GradMode inference = GradMode.disabled();
        TensorScope scope = TensorScope.open()) {
      SplittableRandom random = new SplittableRandom(queries);
      DType bfloat16 = DType.BFLOAT16;
      Tensor query = RandomTensors.of(random, rows, queries, 4, 64).to(bfloat16).transpose(1, 2);
      Tensor key = RandomTensors.of(random, rows, 4, keys + 7L, 64).to(bfloat16).narrow(2, 3, keys);
      Tensor value =
          RandomTensors.of(random, rows, 4, keys + 7L, 64).to(bfloat16).narrow(2, 3, keys);
      DType float32 = DType.FLOAT32;
      float[] expected =
          new FusedAttention()
              .attend(query.to(float32), key.to(float32), value.to(float32), null, scale)
              .toFloats();
      Tensor actual = new TiledAttention(REFUSED).attend(query, key, value, null, scale);
      assertThat(actual.dtype()).isEqualTo(bfloat16);
      assertThat(actual.shape()).containsExactly(rows, 4, queries, 64);
      float[] values = actual.toFloats();
      for (int i = 0; i < values.length; i++) {
        assertThat(values[i]).isCloseTo(expected[i], within(0.01f + Math.abs(expected[i]) / 128));
      }
    }
    assertThat(Torch.liveTensors()).isZero();
  }

  @Test
  void leavesFewQueriesAndMasksToTheOther() {
    try (TensorScope scope = TensorScope.open()) {
      SplittableRandom random = new SplittableRandom(1);
      Tensor few = RandomTensors.of(random, 1, 2, 63, 8);
      Tensor many = RandomTensors.of(random, 1, 2, 64, 8);
      Tensor mask = RandomTensors.of(random, 64, 64);
      Attention tiled = new TiledAttention((query, key, value, bias, scale) -> query);
      assertThat(tiled.attend(few, many, many, null, 1)).isSameAs(few);
      assertThat(tiled.attend(many, few, few, null, 1)).isSameAs(many);
      assertThat(tiled.attend(many, many, many, mask, 1)).isSameAs(many);
    }
  }
}
