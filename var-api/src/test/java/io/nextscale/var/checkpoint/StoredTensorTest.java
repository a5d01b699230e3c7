package io.nextscale.var.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nextscale.torch.DType;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class StoredTensorTest {
  private static final MemorySegment TEN = MemorySegment.ofArray(new byte[10]);

  @Test
  void knowsItsSizes() {
    StoredTensor tensor = StoredTensor.contiguous("a", DType.INT16, new long[] {1, 5}, TEN);
    assertThat(tensor.elementCount()).isEqualTo(5);
    assertThat(tensor.byteSize()).isEqualTo(10);
    assertThat(tensor.strides()).containsExactly(5, 1);
    assertThat(tensor).hasToString("a " + DType.INT16 + "[1, 5]");
    assertThat(tensor).isEqualTo(tensor.withName("b").withName("a"));
    assertThat(tensor).hasSameHashCodeAs(tensor.withName("a"));
    assertThat(tensor).isNotEqualTo(tensor.withName("b"));
  }

  @Test
  void tellsContiguousFromOther() {
    assertThat(uint8(new long[] {2, 5}, 5, 1).isContiguous()).isTrue();
    assertThat(uint8(new long[] {5, 2}, 1, 5).isContiguous()).isFalse();
    assertThat(uint8(new long[] {1, 10, 1}, 77, 1, 0).isContiguous()).isTrue();
    assertThat(uint8(new long[] {4, 10}, 0, 1).isContiguous()).isFalse();
    assertThat(uint8(new long[] {4, 10}, 0, 1).byteSize()).isEqualTo(40);
  }

  @Test
  void refusesDataOfAnotherSize() {
    for (long[] shape : new long[][] {{9}, {11}, {}, {0}, {-1}, {Long.MAX_VALUE, 2}}) {
      assertThatThrownBy(() -> StoredTensor.contiguous("a", DType.INT8, shape, TEN))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> uint8(new long[] {10}, -1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("negative stride");
    assertThatThrownBy(() -> uint8(new long[] {10}, 1, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> uint8(new long[] {2, 2}, Long.MAX_VALUE, Long.MAX_VALUE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("beyond 64 bits");
    assertThatThrownBy(() -> uint8(new long[65], new long[65]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () ->
                new StoredTensor(
                    "a", DType.FLOAT64, new long[] {1L << 61}, new long[] {0}, TEN.asSlice(0, 8)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static StoredTensor uint8(long[] shape, long... strides) {
    return new StoredTensor("a", DType.UINT8, shape, strides, TEN);
  }
}
