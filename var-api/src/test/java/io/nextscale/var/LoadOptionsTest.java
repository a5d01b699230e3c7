package io.nextscale.var;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import org.junit.jupiter.api.Test;

class LoadOptionsTest {
  private static final LoadOptions BFLOAT16 = new LoadOptions(Device.CPU, DType.BFLOAT16);

  @Test
  void refusesANegativeNumberOfScales() {
    assertThatThrownBy(() -> BFLOAT16.withFloat32Scales(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("float32 scales -1: expected 0 and more");
  }
}
