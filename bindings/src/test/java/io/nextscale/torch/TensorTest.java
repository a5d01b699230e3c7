package io.nextscale.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nextscale.torch.cpu.CpuThreads;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class TensorTest {
  @AfterEach
  void nothingIsLeftAlive() {
    assertThat(Torch.liveTensors()).isZero();
  }

  @Test
  void createsReadsAndComputes() {
    try (TensorScope scope = TensorScope.open()) {
      Tensor x = Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);
      assertThat(x.shape()).containsExactly(2, 3);
      assertThat(x.strides()).containsExactly(3, 1);
      assertThat(x.dtype()).isEqualTo(DType.FLOAT32);
      assertThat(x.device()).isEqualTo(Device.CPU);
      assertThat(x.add(x).toFloats()).containsExactly(2, 4, 6, 8, 10, 12);
      assertThat(x.sub(x).toFloats()).containsOnly(0);
      assertThat(x.mul(2).add(1).toFloats()).containsExactly(3, 5, 7, 9, 11, 13);
      assertThat(x.transpose(0, 1).contiguous().toFloats()).containsExactly(1, 4, 2, 5, 3, 6);
      assertThat(x.narrow(1, 1, 2).toFloats()).containsExactly(2, 3, 5, 6);
      assertThat(x.select(0, 1).toFloats()).containsExactly(4, 5, 6);
      assertThat(x.to(DType.BFLOAT16).dtype()).isEqualTo(DType.BFLOAT16);
      assertThat(Functional.matmul(x, x.transpose(0, 1)).toFloats())
          .containsExactly(14, 32, 32, 77);
      assertThat(Functional.sum(x, 1, false).toFloats()).containsExactly(6, 15);
      assertThat(Functional.argmax(x, 1).toLongs()).containsExactly(2, 2);
      assertThat(Functional.argmin(x, 0).toLongs()).containsExactly(0, 0, 0);
      assertThat(Tensor.full(7, DType.INT64, Device.CPU, 2).toLongs()).containsExactly(7, 7);
    }
  }

  @Test
  void refusedCallsNameOperatorAndShapesAndLeakNothing() {
    try (TensorScope scope = TensorScope.open()) {
      Tensor a = Tensor.zeros(DType.FLOAT32, Device.CPU, 4, 4);
      Tensor b = Tensor.zeros(DType.FLOAT32, Device.CPU, 3, 5);
      assertThatThrownBy(() -> Functional.matmul(a, b))
          .isInstanceOf(TorchException.class)
          .hasMessageContaining("matmul failed")
          .hasMessageContaining(
              AbiVersion.HAS_REASONS ? "4x4 and 3x5" : "no reason given: libtorch")
          .hasMessageContaining("float32[3, 5] on cpu");
      assertThatThrownBy(() -> a.add(b)).hasMessageStartingWith("add failed");
      assertThatThrownBy(() -> a.sub(b)).hasMessageStartingWith("sub failed");
      assertThatThrownBy(() -> a.narrow(1, 2, 3))
          .isInstanceOf(TorchException.class)
          .hasMessageEndingWith("arguments: float32[4, 4] on cpu, 1, 2, 3");
      assertThatThrownBy(() -> Operator.named("dropout").apply(a, 1.5, true))
          .isInstanceOf(TorchException.class)
          .hasMessageEndingWith("arguments: float32[4, 4] on cpu, 1.5, true");
      assertThatThrownBy(
              () ->
                  Operator.named("no_such_operator")
                      .call()
                      .tensor(a)
                      .optional(b)
                      .tensors(List.of(a, b))
                      .integers(1, 2)
                      .optional()
                      .integers(3)
                      .string("text")
                      .real(1)
                      .optional()
                      .result())
          .isInstanceOf(TorchException.class)
          .hasMessageContaining("no_such_operator failed");
    }
  }

  /** Neither leak nor double free: the memory of a refused call is reusable at once. */
  @Test
  @EnabledOnOs(value = OS.LINUX, disabledReason = "resident memory is read from /proc")
  void manyRefusedCallsKeepMemoryFlat() throws Exception {
    Operator unknown = Operator.named("no_such_operator");
    long before = 0;
    for (int round = 0; round < 4; round++) {
      for (int i = 0; i < 40; i++) {
        try (TensorScope scope = TensorScope.open()) {
          Tensor big = Tensor.zeros(DType.FLOAT32, Device.CPU, 1024, 1024);
          Tensor other = Tensor.zeros(DType.FLOAT32, Device.CPU, 3, 5);
          assertThatThrownBy(() -> unknown.call().tensor(big).tensors(List.of(big)).result())
              .isInstanceOf(TorchException.class);
          assertThatThrownBy(() -> Layers.linear(big, other, null))
              .isInstanceOf(TorchException.class);
          assertThatThrownBy(() -> Functional.cat(List.of(big, other), 0))
              .isInstanceOf(TorchException.class);
        }
      }
      if (round == 0) {
        before = residentBytes();
      }
    }
    // each round passes 160 MB through refused calls; a leak of one handle would keep 40·4 MB
    assertThat(residentBytes() - before).isLessThan(40L << 20);
  }

  private static long residentBytes() throws Exception {
    String statm = java.nio.file.Files.readString(java.nio.file.Path.of("/proc/self/statm"));
    return Long.parseLong(statm.split(" ")[1]) * 4096;
  }

  /** A scope that kept the input of its block would take it from its owner, who frees it later. */
  @Test
  void aScopeKeepsOnlyItsOwnTensors() {
    try (TensorScope outer = TensorScope.open()) {
      Tensor input = Tensor.of(new float[] {1}, 1);
      try (TensorScope middle = TensorScope.open();
          TensorScope inner = TensorScope.open()) {
        assertThatThrownBy(() -> inner.keep(input))
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("tensors of its own");
      }
      assertThat(input.toFloats()).containsExactly(1);
    }
  }

  /** The thread leaves an entered scope that was closed meanwhile; nothing is left. */
  @Test
  void aScopeThatIsClosedWhileEnteredIsLeft() {
    TensorScope weights = TensorScope.create();
    TensorScope.Entry entry = weights.enter();
    Tensor lost = Tensor.of(new float[] {1}, 1);
    weights.close();
    assertThatThrownBy(entry::close)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
    assertThatThrownBy(lost::toFloats).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> Tensor.scalar(1)).hasMessageContaining("no TensorScope is open");
  }

  @Test
  void useAfterCloseIsAnError() {
    Tensor escaped;
    MemorySegment memory;
    try (TensorScope scope = TensorScope.open()) {
      escaped = Tensor.of(new float[] {1}, 1);
      memory = escaped.segment();
      assertThat(memory.get(ValueLayout.JAVA_FLOAT, 0)).isEqualTo(1);
    }
    assertThatThrownBy(escaped::shape).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> memory.get(ValueLayout.JAVA_FLOAT, 0))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void anArrayThatWouldBeTooLongIsRefusedBeforeItIsCopied() {
    try (Arena arena = Arena.ofConfined();
        TensorScope scope = TensorScope.open()) {
      Tensor same =
          Tensor.wrap(arena.allocate(4), DType.INT8, new long[] {1L << 40}, new long[] {0});
      assertThatThrownBy(same::toDoubles)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "elements of int8[1099511627776] on cpu: expected at most 2147483639 for an array;"
                  + " narrow it, or read its segment");
      assertThat(same.narrow(0, 1L << 39, 2).toInts()).containsExactly(0, 0);
    }
  }

  @Test
  void withoutScopeNothingIsMade() {
    List<ThrowingCallable> calls =
        List.of(
            () -> Tensor.zeros(DType.FLOAT32, Device.CPU, 1),
            () -> Creation.rand(1, DType.FLOAT32, Device.CPU, 1),
            () -> Creation.linspace(0, 1, 2, DType.FLOAT64),
            () -> Creation.arange(0, 2, 1));
    for (ThrowingCallable call : calls) {
      assertThatThrownBy(call)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("try (TensorScope scope = TensorScope.open()) { … }");
    }
  }

  @Test
  void resultsJoinTheInnermostScopeAndKeepMovesThemOut() {
    try (TensorScope outer = TensorScope.open()) {
      Tensor x = Tensor.of(new float[] {1}, 1);
      Tensor kept;
      Tensor dropped;
      try (TensorScope inner = TensorScope.open()) {
        kept = inner.keep(x.add(1));
        dropped = x.add(2);
      }
      assertThat(kept.toFloats()).containsExactly(2);
      assertThatThrownBy(dropped::toFloats).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void createdScopeOutlivesBlocksAndIsClosedByAnotherThread() throws Exception {
    TensorScope weights = TensorScope.create();
    Tensor weight;
    try (TensorScope.Entry entry = weights.enter()) {
      weight = Tensor.of(new float[] {3}, 1);
    }
    try (TensorScope scope = TensorScope.open()) {
      assertThat(weight.add(weight).toFloats()).containsExactly(6);
    }
    Thread closer = new Thread(weights::close);
    closer.start();
    closer.join();
    assertThatThrownBy(weight::toFloats).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void wrapsForeignMemoryWithoutCopy() {
    try (Arena arena = Arena.ofConfined();
        TensorScope scope = TensorScope.open()) {
      MemorySegment memory = arena.allocateFrom(ValueLayout.JAVA_FLOAT, 1, 2, 3, 4);
      Tensor x = Tensor.wrap(memory, DType.FLOAT32, new long[] {2, 2}, new long[] {2, 1});
      memory.setAtIndex(ValueLayout.JAVA_FLOAT, 3, 9);
      assertThat(x.toFloats()).containsExactly(1, 2, 3, 9);
      assertThatThrownBy(() -> Tensor.wrap(memory, DType.FLOAT32, new long[] {5}, new long[] {1}))
          .hasMessageContaining("20 bytes");
    }
  }

  /** A write to a mapped file that is open for reading only would end the process. */
  @Test
  void readOnlyMemoryStaysReadOnly() {
    try (Arena arena = Arena.ofConfined();
        TensorScope scope = TensorScope.open()) {
      MemorySegment memory = arena.allocateFrom(ValueLayout.JAVA_FLOAT, 1, 2).asReadOnly();
      Tensor x = Tensor.wrap(memory, DType.FLOAT32, new long[] {2}, new long[] {1});
      assertThat(x.segment().isReadOnly()).isTrue();
      assertThat(x.toFloats()).containsExactly(1, 2);
      assertThatThrownBy(() -> x.copyFrom(x.add(1)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("read-only");
    }
  }

  @Test
  void viewsOfReadOnlyMemoryAreReadOnly() {
    try (Arena arena = Arena.ofConfined();
        TensorScope scope = TensorScope.open()) {
      MemorySegment memory = arena.allocateFrom(ValueLayout.JAVA_FLOAT, 1, 2, 3, 4).asReadOnly();
      Tensor x = Tensor.wrap(memory, DType.FLOAT32, new long[] {2, 2}, new long[] {2, 1});
      List<Tensor> views =
          List.of(
              x.narrow(0, 1, 1),
              x.select(0, 1),
              x.transpose(0, 1),
              x.permute(1, 0),
              x.unsqueeze(0),
              x.reshape(4),
              x.share(),
              Functional.unbind(x, 0)[1],
              x.narrow(0, 1, 1).select(0, 0));
      for (Tensor view : views) {
        assertThat(view.segment().isReadOnly()).isTrue();
        List<Runnable> writes =
            List.of(
                () -> view.copyFrom(x.add(1).narrow(0, 0, 1).reshape(-1).narrow(0, 0, 1)),
                () -> InPlace.zero(view),
                () -> InPlace.fill(view, 1),
                () -> InPlace.silu(view),
                () -> InPlace.expOut(view, view),
                () -> InPlace.divOut(view, view, view));
        for (Runnable write : writes) {
          assertThatThrownBy(write::run)
              .isInstanceOf(IllegalStateException.class)
              .hasMessageContaining("read-only");
        }
      }
      assertThat(x.toFloats()).containsExactly(1, 2, 3, 4);
      assertThat(x.transpose(0, 1).reshape(4).segment().isReadOnly()).as("a copy").isFalse();
    }
  }

  @Test
  void metaTensorsHaveShapesButNoMemory() {
    try (TensorScope scope = TensorScope.open()) {
      Tensor x = Tensor.empty(DType.FLOAT32, Device.META, 2, 3);
      assertThat(Functional.matmul(x, x.transpose(0, 1)).shape()).containsExactly(2, 2);
      assertThat(x.segment()).isEqualTo(MemorySegment.NULL);
      Tensor moved = Tensor.of(new float[] {1, 2}, 2).to(Device.META);
      assertThat(moved.device()).isEqualTo(Device.META);
      assertThat(moved.shape()).containsExactly(2);
    }
  }

  @Test
  void cudaIsReportedMissingNotFakedHere() {
    Torch.unavailability(Device.CUDA)
        .ifPresent(
            reason -> {
              assertThat(reason).isNotBlank();
              try (TensorScope scope = TensorScope.open()) {
                assertThatThrownBy(() -> Tensor.empty(DType.FLOAT32, Device.CUDA, 1))
                    .isInstanceOf(TorchException.class)
                    .hasMessageContaining(
                        AbiVersion.HAS_REASONS
                            ? "CUDA cannot be used: " + reason
                            : "no reason given");
              }
            });
  }

  @Test
  void versionThreadsAndConfiguration() {
    assertThat(Torch.version()).startsWith("2.");
    int before = CpuThreads.count();
    CpuThreads.setCount(1);
    assertThat(CpuThreads.count()).isEqualTo(1);
    CpuThreads.setCount(before);
    assertThatThrownBy(() -> CpuThreads.setCount(0)).hasMessageContaining("threads 0");
    Torch.buildConfiguration().ifPresent(text -> assertThat(text).contains("PyTorch built with"));
  }
}
