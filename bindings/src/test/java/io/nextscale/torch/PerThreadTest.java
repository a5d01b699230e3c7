package io.nextscale.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class PerThreadTest {
  @Test
  void eachThreadHasItsOwnValue() throws Exception {
    PerThread<Object> values = new PerThread<>(Object::new);
    Object mine = values.get();
    try (ExecutorService other = Executors.newSingleThreadExecutor()) {
      Object its = other.submit(values::get).get();
      assertThat(its).isNotSameAs(mine);
      System.gc();
      assertThat(other.submit(values::get).get()).isSameAs(its);
    }
    assertThat(values.get()).isSameAs(mine);
  }

  /** A thread that lives on keeps nothing of an application that is gone. */
  @Test
  void aThreadDoesNotHoldItsValue() throws Exception {
    WeakReference<Object> value = valueOfForgottenObject();
    for (int i = 0; i < 100 && value.get() != null; i++) {
      System.gc();
      Thread.sleep(20);
    }
    assertThat(value.get()).isNull();
  }

  /** However many threads come and go, the next one finds none of them. */
  @Test
  void aThreadThatEndedLeavesNoMemoryOfItsCalls() throws Exception {
    List<WeakReference<Object>> calls = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      calls.add(callOfEndedThread());
    }
    for (int i = 0; i < 100 && calls.stream().anyMatch(call -> call.get() != null); i++) {
      System.gc();
      Thread.sleep(20);
      callOfEndedThread();
    }
    assertThat(calls).allMatch(call -> call.get() == null);
  }

  private static WeakReference<Object> callOfEndedThread() throws InterruptedException {
    AtomicReference<WeakReference<Object>> call = new AtomicReference<>();
    Thread thread =
        new Thread(
            () -> {
              try (TensorScope scope = TensorScope.open()) {
                Functional.add(Tensor.of(new float[1], 1), Tensor.of(new float[1], 1), 1);
              }
              call.set(new WeakReference<>(NativeCall.ofThisThread()));
            });
    thread.start();
    thread.join();
    return call.get();
  }

  private static WeakReference<Object> valueOfForgottenObject() {
    return new WeakReference<>(new PerThread<>(Object::new).get());
  }
}
