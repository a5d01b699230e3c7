package io.nextscale.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nextscale.torch.cpu.CpuThreads;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What ended the process, or changed memory of others, is an exception. */
class TensorSafetyTest {
  @AfterEach
  void nothingIsLeftAlive() {
    assertThat(Torch.liveTensors()).isZero();
  }

  private static Tensor floats(int... shape) {
    long[] sizes = java.util.Arrays.stream(shape).asLongStream().toArray();
    return Tensor.full(1, DType.FLOAT32, Device.CPU, sizes);
  }

  private static Tensor over(Arena arena, float... values) {
    MemorySegment memory = arena.allocateFrom(ValueLayout.JAVA_FLOAT, values);
    return Tensor.wrap(memory, DType.FLOAT32, new long[] {values.length}, new long[] {1});
  }

  @Test
  void aTargetIsNotResizedUnderItsSegment() {
    try (TensorScope scope = TensorScope.open();
        GradMode inference = GradMode.disabled()) {
      Tensor target = Tensor.zeros(DType.FLOAT32, Device.CPU, 2);
      MemorySegment memory = target.segment();
      Tensor longer = floats(100_000);
      List<Runnable> writes =
          List.of(
              () -> InPlace.expOut(longer, target),
              () -> InPlace.divOut(longer, longer, target),
              () -> Operator.named("exp.out").apply(longer, target),
              () -> Operator.named("exp.out").with("out", target).apply(floats(1)),
              () -> Operator.named("resize_").apply(target, List.of(100_000)));
      for (Runnable write : writes) {
        assertThatThrownBy(write::run)
            .isInstanceOfAny(IllegalArgumentException.class, TorchException.class)
            .message()
            .containsAnyOf("shape", "resize");
      }
      assertThat(target.shape()).containsExactly(2);
      memory.setAtIndex(ValueLayout.JAVA_FLOAT, 1, 5);
      assertThat(target.toFloats()[1]).isEqualTo(5);
    }
  }

  @Test
  void operatorsByNameWriteNoReadOnlyMemory() {
    try (Arena arena = Arena.ofConfined();
        TensorScope scope = TensorScope.open();
        GradMode inference = GradMode.disabled()) {
      MemorySegment memory = arena.allocateFrom(ValueLayout.JAVA_FLOAT, -1, -2, -3).asReadOnly();
      Tensor x = Tensor.wrap(memory, DType.FLOAT32, new long[] {3}, new long[] {1});
      Tensor view = Operator.named("view").apply(x, List.of(3, 1)).tensor();
      Tensor[] halves = Operator.named("split.Tensor").apply(x, 2).tensors();
      List<Runnable> writes = new ArrayList<>();
      for (Tensor target : List.of(x, view, halves[0], halves[1])) {
        assertThat(target.segment().isReadOnly()).isTrue();
        writes.add(() -> Operator.named("relu_").apply(target));
        writes.add(() -> Operator.named("_foreach_zero_").apply(List.of(target)));
        writes.add(() -> Operator.named("zero.out").apply(floats(1), target));
      }
      Tensor batch = floats(2, 3);
      writes.add(
          () -> Operator.named("batch_norm").apply(batch, null, null, x, x, true, 0.1, 0.1, false));
      for (Runnable write : writes) {
        assertThatThrownBy(write::run)
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("read-only");
      }
      assertThat(x.toFloats()).containsExactly(-1, -2, -3);
    }
  }

  @Test
  void memoryOfAClosedArenaIsRefused() {
    try (TensorScope scope = TensorScope.open()) {
      Arena arena = Arena.ofShared();
      Tensor x = over(arena, 1, 2, 3);
      Tensor view = x.narrow(0, 1, 2);
      Tensor copy = x.add(1);
      arena.close();
      for (Tensor gone : List.of(x, view)) {
        List<Runnable> uses =
            List.of(
                () -> gone.add(1),
                gone::toFloats,
                gone::segment,
                gone::share,
                () -> Functional.exp(gone),
                () -> Operator.named("exp").apply(gone),
                () -> copy.copyFrom(gone));
        for (Runnable use : uses) {
          assertThatThrownBy(use::run)
              .isInstanceOf(IllegalStateException.class)
              .hasMessageContaining("arena is closed");
        }
        assertThat(gone.toString()).contains("gone");
      }
      assertThat(copy.toFloats()).containsExactly(2, 3, 4);
    }
  }

  @Test
  void memoryOfAnArenaOfAnotherThreadIsRefused() throws InterruptedException {
    TensorScope shared = TensorScope.create();
    try (Arena arena = Arena.ofConfined()) {
      Tensor x;
      try (TensorScope.Entry entry = shared.enter()) {
        x = over(arena, 1, 2);
      }
      assertThat(inThread(() -> x.toFloats()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("another thread");
    }
    shared.close();
  }

  /** The JVM refuses to close an arena whose memory a call holds. */
  @Test
  void anArenaIsNotClosedDuringACall() throws InterruptedException {
    long refused = 0;
    for (int i = 0; i < 60; i++) {
      Arena arena = Arena.ofShared();
      MemorySegment memory = arena.allocate(4L << 20, 16).fill((byte) 0);
      AtomicReference<Tensor> shown = new AtomicReference<>();
      AtomicReference<Throwable> failure = new AtomicReference<>();
      Thread reader =
          Thread.ofPlatform()
              .start(
                  () -> {
                    try (TensorScope scope = TensorScope.open();
                        GradMode inference = GradMode.disabled()) {
                      Tensor x =
                          Tensor.wrap(memory, DType.FLOAT32, new long[] {1 << 20}, new long[] {1});
                      MemorySegment view = x.segment();
                      Tensor copy = Tensor.empty(DType.FLOAT32, Device.CPU, 1 << 20);
                      shown.set(x);
                      for (int k = 0; k < 50; k++) {
                        Functional.exp(x).close();
                        x.add(x).close();
                        copy.copyFrom(x);
                        x.toFloats();
                        view.get(ValueLayout.JAVA_FLOAT, 4);
                      }
                    } catch (IllegalStateException e) {
                      // closed meanwhile
                    } catch (Throwable e) {
                      failure.set(e);
                    }
                  });
      while (shown.get() == null && reader.isAlive()) {
        Thread.onSpinWait();
      }
      while (arena.scope().isAlive()) {
        try {
          arena.close();
        } catch (IllegalStateException e) {
          refused++;
        }
      }
      reader.join();
      assertThat(failure.get()).isNull();
    }
    assertThat(refused).isPositive();
  }

  @Test
  void aSegmentOfWrappedMemoryEndsWithItsArena() {
    try (TensorScope scope = TensorScope.open()) {
      Arena arena = Arena.ofShared();
      MemorySegment view = over(arena, 1, 2, 3).narrow(0, 1, 2).segment();
      assertThat(view.get(ValueLayout.JAVA_FLOAT, 4)).isEqualTo(3);
      arena.close();
      assertThatThrownBy(() -> view.get(ValueLayout.JAVA_FLOAT, 4))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  /** Only the tensor holds the memory, so that the collector must not free it. */
  @Test
  void wrappedMemoryIsNotCollected() {
    try (TensorScope scope = TensorScope.open()) {
      List<Tensor> views = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        MemorySegment memory = Arena.ofAuto().allocate(1 << 20, 4);
        memory.fill((byte) 1);
        Tensor x = Tensor.wrap(memory, DType.UINT8, new long[] {1 << 20}, new long[] {1});
        views.add(x.narrow(0, 100, 1000));
        x.close();
        if (i % 10 == 0) {
          System.gc();
        }
      }
      for (Tensor view : views) {
        assertThat(view.toBytes()).containsOnly((byte) 1);
      }
    }
  }

  /** The backward pass would read the memory. */
  @Test
  void aGradientThroughClosedMemoryIsRefused() {
    try (TensorScope scope = TensorScope.open();
        GradMode training = GradMode.enabled()) {
      Arena arena = Arena.ofConfined();
      Tensor data = over(arena, 1, 2, 3);
      Tensor weight = Autograd.parameter(floats(3));
      Tensor loss = Functional.sum(weight.mul(data).add(1), 0, false);
      Tensor plain = weight.mul(2);
      arena.close();
      assertThatThrownBy(() -> Autograd.backward(loss))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("gradients");
      Autograd.backward(Functional.sum(plain, 0, false));
      assertThat(Autograd.gradient(weight).orElseThrow().toFloats()).containsOnly(2);
    }
  }

  @Test
  void attentionNeedsAsManyKeysAsValues() {
    try (TensorScope scope = TensorScope.open()) {
      Tensor query = floats(1, 1, 2, 4);
      Tensor key = floats(1, 1, 3, 4);
      Tensor value = floats(1, 1, 300_000, 4);
      for (Runnable call :
          List.<Runnable>of(
              () -> Layers.scaledDotProductAttention(query, key, value, null, 1),
              () -> Operator.named("scaled_dot_product_attention").apply(query, key, value))) {
        assertThatThrownBy(call::run)
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("[1, 1, 300000, 4]");
      }
    }
  }

  @Test
  void tooManyThreadsAreRefused() {
    assertThatThrownBy(() -> CpuThreads.setCount(100_000))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("threads 100000");
  }

  private static Throwable inThread(Runnable work) throws InterruptedException {
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Thread thread =
        Thread.ofPlatform()
            .start(
                () -> {
                  try (TensorScope scope = TensorScope.open()) {
                    work.run();
                  } catch (RuntimeException e) {
                    thrown.set(e);
                  }
                });
    thread.join();
    return thrown.get();
  }

  @Test
  void aScopeOfAThreadIsClosedAndMovedByThatThread() throws InterruptedException {
    TensorScope other = TensorScope.create();
    try (TensorScope scope = TensorScope.open()) {
      Tensor x = floats(3);
      for (Runnable use :
          List.<Runnable>of(x::close, x::segment, () -> other.adopt(x), () -> scope.adopt(x))) {
        assertThat(inThread(use))
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("thread that opened it");
      }
      assertThat(inThread(() -> assertThat(x.add(1).toFloats()).containsOnly(2))).isNull();
      assertThat(x.toFloats()).containsOnly(1);
    }
    other.close();
  }

  /** A reader gets the values or an exception, never the memory of another tensor. */
  @Test
  void aTensorThatIsClosedWhileOthersReadIsFreedAfterThem() throws InterruptedException {
    AtomicReference<Tensor> current = new AtomicReference<>();
    AtomicBoolean done = new AtomicBoolean();
    AtomicReference<Throwable> failure = new AtomicReference<>();
    List<Thread> readers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      readers.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    while (!done.get() && failure.get() == null) {
                      Tensor x = current.get();
                      try (TensorScope scope = TensorScope.open()) {
                        if (x != null) {
                          float[] values = x.mul(x).toFloats();
                          assertThat(values[0]).isEqualTo(4).isEqualTo(values[values.length - 1]);
                          assertThat(x.strides()).containsExactly(1);
                        }
                      } catch (IllegalStateException e) {
                        // closed meanwhile
                      } catch (Throwable e) {
                        failure.set(e);
                      }
                    }
                  }));
    }
    for (int i = 0; i < 2000; i++) {
      TensorScope scope = TensorScope.create();
      try (TensorScope.Entry entry = scope.enter()) {
        current.set(Tensor.full(2, DType.FLOAT32, Device.CPU, 2000));
      }
      Thread.onSpinWait();
      scope.close();
    }
    done.set(true);
    for (Thread reader : readers) {
      reader.join();
    }
    assertThat(failure.get()).isNull();
  }

  /** A view that is made while another thread closes the tensor would outlive the memory. */
  @Test
  void noSegmentOutlivesATensorThatAnotherThreadCloses() throws InterruptedException {
    AtomicReference<Tensor> current = new AtomicReference<>();
    AtomicBoolean done = new AtomicBoolean();
    Thread closer =
        Thread.ofPlatform()
            .start(
                () -> {
                  while (!done.get()) {
                    Tensor x = current.get();
                    if (x != null && current.compareAndSet(x, null)) {
                      x.close();
                    }
                  }
                });
    int made = 0;
    try (TensorScope scope = TensorScope.create();
        TensorScope.Entry entry = scope.enter()) {
      for (int i = 0; i < 2_000; i++) {
        Tensor x = scope.adopt(Tensor.full(2, DType.INT8, Device.CPU, 3));
        current.set(x);
        List<MemorySegment> segments = new ArrayList<>();
        try {
          while (true) {
            segments.add(x.segment());
          }
        } catch (IllegalStateException e) {
          made += segments.size();
        }
        assertThat(segments).noneMatch(segment -> segment.scope().isAlive());
      }
    } finally {
      done.set(true);
    }
    closer.join();
    assertThat(made).isPositive();
  }

  /** A tensor that a thread adopts belongs to it, or was closed before: never both. */
  @Test
  void aTensorIsAdoptedOrClosed() throws InterruptedException {
    for (int i = 0; i < 2_000; i++) {
      TensorScope shared = TensorScope.create();
      Tensor x;
      try (TensorScope.Entry entry = shared.enter()) {
        x = Tensor.full(2, DType.INT8, Device.CPU, 3);
      }
      Thread closer = Thread.ofPlatform().start(shared::close);
      try (TensorScope scope = TensorScope.open()) {
        try {
          scope.adopt(x);
        } catch (IllegalStateException e) {
          assertThat(x.isClosed()).isTrue();
          closer.join();
          continue;
        }
        closer.join();
        assertThat(x.toInts()).containsExactly(2, 2, 2);
      }
    }
  }
}
