package io.nextscale.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nextscale.torch.cpu.CpuThreads;
import io.nextscale.torch.cpu.Parallel;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Tensors on virtual threads, which go on on another OS thread after they have waited. */
class VirtualThreadTest {
  private static final int THREADS = 64;

  private static <T> List<T> onVirtualThreads(int count, Callable<T> work) throws Exception {
    List<T> results = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<T>> futures = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        futures.add(threads.submit(work));
      }
      for (Future<T> future : futures) {
        results.add(future.get(2, TimeUnit.MINUTES));
      }
    }
    return results;
  }

  /** Half of the threads record gradients, half do not; all of them change their OS thread. */
  @Test
  void theGradientModeStaysWithItsThread() throws Exception {
    List<Future<float[]>> recording = new ArrayList<>();
    List<Future<Boolean>> others = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < THREADS; i++) {
        recording.add(threads.submit(VirtualThreadTest::gradientWithPauses));
        others.add(threads.submit(VirtualThreadTest::nothingIsRecordedWithPauses));
      }
      for (int i = 0; i < THREADS; i++) {
        assertThat(recording.get(i).get(2, TimeUnit.MINUTES)).containsExactly(2, 4, 6);
        assertThat(others.get(i).get(2, TimeUnit.MINUTES)).isTrue();
      }
    }
    // no OS thread is left in another mode
    assertThat(onVirtualThreads(THREADS, GradMode::isEnabled)).containsOnly(true);
    assertThat(onVirtualThreads(THREADS, VirtualThreadTest::gradientWithPauses))
        .allSatisfy(gradient -> assertThat(gradient).containsExactly(2, 4, 6));
    assertThat(Torch.liveTensors()).isZero();
  }

  private static float[] gradientWithPauses() throws InterruptedException {
    try (TensorScope scope = TensorScope.open()) {
      Tensor x = Autograd.parameter(Tensor.of(new float[] {1, 2, 3}, 3));
      Thread.sleep(2);
      Tensor square = x.mul(x);
      Thread.sleep(2);
      Autograd.backward(Functional.sum(square, 0, false));
      return Autograd.gradient(x).orElseThrow().toFloats();
    }
  }

  private static boolean nothingIsRecordedWithPauses() throws InterruptedException {
    try (TensorScope scope = TensorScope.open()) {
      Tensor x = Autograd.parameter(Tensor.of(new float[] {1, 2, 3}, 3));
      try (GradMode inference = GradMode.disabled()) {
        Thread.sleep(2);
        Tensor sum = Functional.sum(x.mul(x), 0, false);
        Thread.sleep(2);
        assertThat(GradMode.isEnabled()).isFalse();
        assertThatThrownBy(() -> Autograd.backward(sum)).isInstanceOf(TorchException.class);
      }
      return GradMode.isEnabled();
    }
  }

  @Test
  void theNumberOfThreadsHoldsOnEveryCarrier() throws Exception {
    int before = CpuThreads.count();
    for (int count : new int[] {1, 2}) {
      CpuThreads.setCount(count);
      try {
        List<Integer> seen =
            onVirtualThreads(
                THREADS,
                () -> {
                  try (TensorScope scope = TensorScope.open()) {
                    Thread.sleep(2);
                    return CpuThreads.count();
                  }
                });
        assertThat(seen).containsOnly(count);
      } finally {
        CpuThreads.setCount(before);
      }
    }
  }

  @Test
  void parallelTasksRunOnPlatformThreadsInTheCallersMode() throws Exception {
    ConcurrentHashMap<Boolean, Boolean> virtual = new ConcurrentHashMap<>();
    List<Boolean> modes =
        onVirtualThreads(
            8,
            () -> {
              ConcurrentHashMap<Boolean, Boolean> seen = new ConcurrentHashMap<>();
              try (GradMode inference = GradMode.disabled()) {
                Parallel.forEach(
                    4,
                    i -> {
                      virtual.put(Thread.currentThread().isVirtual(), true);
                      seen.put(GradMode.isEnabled(), true);
                    });
              }
              return seen.containsKey(true);
            });
    assertThat(modes).containsOnly(false);
    assertThat(virtual).containsOnlyKeys(false);
  }

  /** A thread that outlives the application must not keep its classes. */
  @Test
  void whatAThreadHasIsCollectedWithItsOwner() throws Exception {
    CompletableFuture<Void> end = new CompletableFuture<>();
    CompletableFuture<WeakReference<Object>> made = new CompletableFuture<>();
    Thread thread =
        Thread.ofPlatform()
            .start(
                () -> {
                  made.complete(used());
                  end.join();
                });
    WeakReference<Object> object = made.get(1, TimeUnit.MINUTES);
    for (int i = 0; i < 100 && object.get() != null; i++) {
      System.gc();
      Thread.sleep(10);
    }
    assertThat(thread.isAlive()).isTrue();
    end.complete(null);
    thread.join();
    assertThat(object.get()).isNull();
  }

  private static WeakReference<Object> used() {
    PerThread<Object> perThread = new PerThread<>(Object::new);
    Object mine = perThread.get();
    assertThat(perThread.get()).isSameAs(mine);
    return new WeakReference<>(mine);
  }
}
