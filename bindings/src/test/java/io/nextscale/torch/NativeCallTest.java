package io.nextscale.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NativeCallTest {
  @AfterEach
  void nothingIsLeftAlive() {
    assertThat(Torch.liveTensors()).isZero();
  }

  /** Arguments that exceed the thread's first memory leave earlier ones of the call intact. */
  @Test
  void longArgumentsDoNotOverwriteOthers() {
    NativeCall call = NativeCall.begin();
    long[] values = LongStream.range(0, 50).toArray();
    MemorySegment first = call.longs(values);
    MemorySegment text = call.text("größer");
    MemorySegment second = call.longs(LongStream.range(0, 1000).toArray());
    assertThat(first.toArray(ValueLayout.JAVA_LONG)).isEqualTo(values);
    assertThat(text.toArray(ValueLayout.JAVA_BYTE))
        .isEqualTo("größer".getBytes(StandardCharsets.UTF_8));
    assertThat(second.getAtIndex(ValueLayout.JAVA_LONG, 999)).isEqualTo(999);
  }

  @Test
  void tensorsOfManyDimensionsAreMade() {
    try (TensorScope scope = TensorScope.open()) {
      long[] shape = LongStream.generate(() -> 1).limit(60).toArray();
      Tensor many = Tensor.full(3, DType.FLOAT32, Device.CPU, shape);
      assertThat(many.shape()).isEqualTo(shape);
      assertThat(many.toFloats()).containsExactly(3);
    }
  }

  @Test
  void aFailureNamesFunctionAndArguments() {
    try (TensorScope scope = TensorScope.open()) {
      Tensor a = Tensor.zeros(DType.FLOAT32, Device.CPU, 4, 4);
      Tensor b = Tensor.zeros(DType.BFLOAT16, Device.CPU, 3, 5);
      assertThatThrownBy(() -> a.sub(b))
          .isInstanceOf(TorchException.class)
          .hasMessageContaining("sub failed: ")
          .hasMessageContaining("arguments: float32[4, 4] on cpu, bfloat16[3, 5] on cpu");
      assertThatThrownBy(() -> Tensor.empty(DType.FLOAT32, Device.CPU, 1L << 50, 1))
          .isInstanceOf(TorchException.class)
          .hasMessageContaining("empty failed: ")
          .hasMessageContaining("float32, [1125899906842624, 1], cpu");
    }
  }

  @Test
  void aResultNeedsAScopeBeforeItIsComputed() {
    NativeCall call = NativeCall.begin();
    assertThatThrownBy(call::out)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("no TensorScope is open");
  }
}
