package io.nextscale.var.transformer;

import static org.assertj.core.api.Assertions.assertThat;

import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.GradMode;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.nn.Linear;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SelfAttentionTest {

  @Test
  void scoresAreSmallWhereEveryLearnedScaleIs() {
    try (GradMode inference = GradMode.disabled();
        TensorScope scope = TensorScope.open()) {
      assertThat(smallWith(4f, 60f)).isTrue();
      assertThat(smallWith(4f, 60.5f)).isFalse();
      assertThat(smallWith(Float.NaN, 4f)).isFalse();
      assertThat(packed(null).smallScores()).as("not normalised: a score has no bound").isFalse();
    }
  }

  private static boolean smallWith(float first, float second) {
    return packed(Tensor.of(new float[] {first, second, 1, 1}, 1, 1, 2, 2, 1)).smallScores();
  }

  private static SelfAttention packed(@Nullable Tensor scales) {
    Linear qkv = new Linear(Tensor.zeros(DType.FLOAT32, Device.CPU, 48, 16), null);
    Linear projection = new Linear(Tensor.zeros(DType.FLOAT32, Device.CPU, 16, 16), null);
    return new SelfAttention(qkv, projection, scales, 1, 2, false).packed();
  }
}
