package io.nextscale.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.WeakReference;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
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

  private static WeakReference<Object> valueOfForgottenObject() {
    return new WeakReference<>(new PerThread<>(Object::new).get());
  }
}
