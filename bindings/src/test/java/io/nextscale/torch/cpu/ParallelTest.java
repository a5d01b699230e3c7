package io.nextscale.torch.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.Functional;
import io.nextscale.torch.GradMode;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.torch.Torch;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ParallelTest {
  private int threads;

  @BeforeEach
  void twoThreads() {
    threads = CpuThreads.count();
    CpuThreads.setCount(2);
  }

  @AfterEach
  void nothingIsLeftAlive() {
    assertThat(CpuThreads.count()).isEqualTo(2);
    CpuThreads.setCount(threads);
    assertThat(Torch.liveTensors()).isZero();
  }

  /** Two tasks that wait for each other can only end if they run at once, on two threads. */
  @Test
  void tasksRunAtOnceWithOneThreadEach() {
    CountDownLatch both = new CountDownLatch(2);
    Set<Thread> seen = ConcurrentHashMap.newKeySet();
    Set<Integer> shares = ConcurrentHashMap.newKeySet();
    Parallel.forEach(
        2,
        i -> {
          seen.add(Thread.currentThread());
          shares.add(CpuThreads.count());
          both.countDown();
          try {
            assertThat(both.await(20, TimeUnit.SECONDS)).isTrue();
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
        });
    assertThat(seen).hasSize(2).contains(Thread.currentThread());
    assertThat(shares).containsExactly(1);
  }

  /** Kotlin, Scala and Groovy throw checked exceptions from any function. */
  @Test
  void anExceptionOfAnyKindReachesTheCaller() {
    for (boolean helper : new boolean[] {false, true}) {
      Thread caller = Thread.currentThread();
      CountDownLatch both = new CountDownLatch(2);
      assertThatThrownBy(
              () ->
                  Parallel.forEach(
                      2,
                      i -> {
                        both.countDown();
                        try {
                          assertThat(both.await(20, TimeUnit.SECONDS)).isTrue();
                        } catch (InterruptedException e) {
                          throw new AssertionError(e);
                        }
                        if (Thread.currentThread() == caller != helper) {
                          ParallelTest.<RuntimeException>fail(new IOException("disk"));
                        }
                      }))
          .isInstanceOf(IOException.class)
          .hasMessage("disk");
    }
  }

  @SuppressWarnings("unchecked")
  private static <E extends Throwable> void fail(Throwable failure) throws E {
    throw (E) failure;
  }

  @Test
  void everyTaskRunsOnceAndReadsWhatTheCallerMade() {
    AtomicIntegerArray runs = new AtomicIntegerArray(50);
    float[] sums = new float[50];
    try (GradMode inference = GradMode.disabled();
        TensorScope scope = TensorScope.open()) {
      Tensor shared = Tensor.full(2, DType.FLOAT32, Device.CPU, 100);
      Parallel.forEach(
          50,
          i -> {
            assertThat(GradMode.isEnabled()).isFalse();
            runs.incrementAndGet(i);
            sums[i] = Functional.sum(shared.mul(i), 0, false).toFloats()[0];
          });
      for (int i = 0; i < 50; i++) {
        assertThat(runs.get(i)).isEqualTo(1);
        assertThat(sums[i]).isEqualTo(200f * i);
      }
    }
  }

  /** The failure of a task reaches the caller, whichever thread it was on; others are left out. */
  @Test
  void aFailureEndsAll() {
    for (int bad = 0; bad < 4; bad++) {
      int failing = bad;
      AtomicInteger begun = new AtomicInteger();
      assertThatThrownBy(
              () ->
                  Parallel.forEach(
                      1000,
                      i -> {
                        begun.incrementAndGet();
                        if (i == failing) {
                          throw new IllegalStateException("task " + i);
                        }
                      }))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("task " + failing);
      assertThat(begun.get()).isBetween(1, 1000);
    }
  }

  /** An interruption is kept for the caller, who waits for the helpers nonetheless. */
  @Test
  void anInterruptionIsKept() {
    AtomicInteger done = new AtomicInteger();
    Thread.currentThread().interrupt();
    Parallel.forEach(8, i -> done.incrementAndGet());
    assertThat(Thread.interrupted()).isTrue();
    assertThat(done.get()).isEqualTo(8);
  }
}
