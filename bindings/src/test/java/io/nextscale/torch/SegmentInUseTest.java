package io.nextscale.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Native code sleeps for the time in a tensor, whose memory it reads meanwhile. */
@EnabledOnOs(OS.LINUX)
class SegmentInUseTest {
  private static final MethodHandle NANOSLEEP =
      Linker.nativeLinker()
          .downcallHandle(
              Linker.nativeLinker().defaultLookup().find("nanosleep").orElseThrow(),
              FunctionDescriptor.of(
                  ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS));

  private static void sleep(MemorySegment time) {
    try {
      int code = (int) NANOSLEEP.invokeExact(time, MemorySegment.NULL);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aScopeFreesTheOthersAndIsClosedAgainAfterwards() throws InterruptedException {
    TensorScope scope = TensorScope.create();
    Tensor used;
    try (TensorScope.Entry entry = scope.enter()) {
      Tensor.full(1, DType.FLOAT32, Device.CPU, 3);
      used = Tensor.of(new long[] {1, 0}, 2); // a second
      Tensor.full(1, DType.FLOAT32, Device.CPU, 3);
    }
    MemorySegment time = used.segment();
    CountDownLatch begun = new CountDownLatch(1);
    Thread sleeper =
        Thread.ofPlatform()
            .start(
                () -> {
                  begun.countDown();
                  sleep(time);
                });
    begun.await();
    Thread.sleep(200);
    assertThatIllegalStateException().isThrownBy(scope::close);
    assertThat(Torch.liveTensors()).isEqualTo(1);
    try (TensorScope own = TensorScope.open()) {
      assertThat(used.toLongs()).containsExactly(1, 0);
    }
    sleeper.join();
    scope.close();
    assertThat(Torch.liveTensors()).isZero();
    assertThat(time.scope().isAlive()).isFalse();
    scope.close();
  }
}
