package io.nextscale.bench;

import io.nextscale.torch.GradMode;
import io.nextscale.torch.Layers;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.torch.Torch;
import io.nextscale.torch.cpu.CpuThreads;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.global.torch;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * Measures one operator call on 4×4 float32 tensors, whose arithmetic takes no time: through
 * Nextscale, and through JavaCPP's JNI peer of the same libtorch.
 *
 * <p>Both run without gradients, on one thread, and free every result at a known place. An
 * invocation makes {@value #CALLS} calls, about as many as one transformer block makes in its
 * scope; figures are for one call. Each side has two idioms: {@code Close} frees each result at
 * once, {@code Scope} leaves it to a scope around the {@value #CALLS} calls. Every benchmark has
 * its own JVM, so that a process holds one of the two copies of libtorch. All JVMs get the flags
 * with which JavaCPP is fastest (no phantom reference for each pointer, no look at the resident
 * memory at each allocation); {@code javacppDefaultsMulClose} measures it without them.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Threads(1)
@Fork(
    value = 3,
    jvmArgsAppend = {
      "--enable-native-access=ALL-UNNAMED",
      "-Xmx1g",
      "-Dorg.bytedeco.javacpp.nopointergc=true",
      "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0"
    })
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class OperatorCallBenchmark {
  private static final int CALLS = 32;
  private static final int SIDE = 4;

  private static float[] values(int count, int salt) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (i * 7 + salt) % 11 / 11f;
    }
    return values;
  }

  /** Nextscale's operands. */
  @State(Scope.Thread)
  @SuppressWarnings("NullAway.Init") // fields are set by the set-up
  public static class Nextscale {
    private GradMode inference;
    private TensorScope scope;
    private Tensor left;
    private Tensor right;
    private Tensor bias;

    /** Loads libtorch. */
    @Setup
    public void open() {
      CpuThreads.setCount(1);
      inference = GradMode.disabled();
      scope = TensorScope.open();
      left = Tensor.of(values(SIDE * SIDE, 1), SIDE, SIDE);
      right = Tensor.of(values(SIDE * SIDE, 2), SIDE, SIDE);
      bias = Tensor.of(values(SIDE, 3), SIDE);
    }

    /** Frees the operands. */
    @TearDown
    public void close() {
      scope.close();
      inference.close();
      if (Torch.liveTensors() != 0) {
        throw new IllegalStateException("%d tensors were not freed".formatted(Torch.liveTensors()));
      }
    }
  }

  /** JavaCPP's operands. */
  @State(Scope.Thread)
  @SuppressWarnings("NullAway.Init") // fields are set by the set-up
  public static class JavaCpp {
    private NoGradGuard inference;
    private org.bytedeco.pytorch.Tensor left;
    private org.bytedeco.pytorch.Tensor right;
    private org.bytedeco.pytorch.Tensor bias;

    /**
     * Loads its copy of libtorch.
     *
     * <p>With an empty cache JavaCPP loads libtorch.so before it unpacks libtorch_cpu.so, which
     * libtorch.so needs. Where the system has a libtorch, the loader takes its libtorch_cpu.so and
     * the JVM crashes. So libtorch_cpu.so is unpacked first.
     */
    @Setup
    public void open() throws IOException {
      String folder = "/org/bytedeco/pytorch/" + Loader.getPlatform();
      Loader.cacheResource(folder + "/libtorch_cpu.so");
      torch.set_num_threads(1);
      inference = new NoGradGuard();
      left = org.bytedeco.pytorch.Tensor.create(values(SIDE * SIDE, 1), SIDE, SIDE);
      right = org.bytedeco.pytorch.Tensor.create(values(SIDE * SIDE, 2), SIDE, SIDE);
      bias = org.bytedeco.pytorch.Tensor.create(values(SIDE, 3), SIDE);
    }

    /** Frees the operands. */
    @TearDown
    public void close() {
      left.deallocate();
      right.deallocate();
      bias.deallocate();
      inference.deallocate();
    }
  }

  /** Product; each result freed at once. */
  @Benchmark
  @OperationsPerInvocation(CALLS)
  public void nextscaleMulClose(Nextscale s, Blackhole sink) {
    try (TensorScope scope = TensorScope.open()) {
      for (int i = 0; i < CALLS; i++) {
        Tensor result = s.left.mul(s.right);
        sink.consume(result);
        result.close();
      }
    }
  }

  /** Product; results freed by their scope. */
  @Benchmark
  @OperationsPerInvocation(CALLS)
  public void nextscaleMulScope(Nextscale s, Blackhole sink) {
    try (TensorScope scope = TensorScope.open()) {
      for (int i = 0; i < CALLS; i++) {
        sink.consume(s.left.mul(s.right));
      }
    }
  }

  /** Product; each result freed at once. */
  @Benchmark
  @OperationsPerInvocation(CALLS)
  public void javacppMulClose(JavaCpp s, Blackhole sink) {
    for (int i = 0; i < CALLS; i++) {
      org.bytedeco.pytorch.Tensor result = s.left.mul(s.right);
      sink.consume(result);
      result.deallocate();
    }
  }

  /** Product; results freed by their scope. */
  @Benchmark
  @OperationsPerInvocation(CALLS)
  public void javacppMulScope(JavaCpp s, Blackhole sink) {
    try (PointerScope scope = new PointerScope()) {
      for (int i = 0; i < CALLS; i++) {
        sink.consume(s.left.mul(s.right));
      }
    }
  }

  /** Sum; each result freed at once. */
  @Benchmark
  @OperationsPerInvocation(CALLS)
  public void nextscaleAddClose(Nextscale s, Blackhole sink) {
    try (TensorScope scope = TensorScope.open()) {
      for (int i = 0; i < CALLS; i++) {
        Tensor result = s.left.add(s.right);
        sink.consume(result);
        result.close();
      }
    }
  }

  /** Sum; results freed by their scope. */
  @Benchmark
  @OperationsPerInvocation(CALLS)
  public void nextscaleAddScope(Nextscale s, Blackhole sink) {
    try (TensorScope scope = TensorScope.open()) {
      for (int i = 0; i < CALLS; i++) {
        sink.consume(s.left.add(s.right));
      }
    }
  }

  /** Sum; each result freed at once. */
  @Benchmark
  @OperationsPerInvocation(CALLS)
  public void javacppAddClose(JavaCpp s, Blackhole sink) {
    for (int i = 0; i < CALLS; i++) {
      org.bytedeco.pytorch.Tensor result = s.left.add(s.right);
      sink.consume(result);
      result.deallocate();
    }
  }

  /** Sum; results freed by their scope. */
  @Benchmark
  @OperationsPerInvocation(CALLS)
  public void javacppAddScope(JavaCpp s, Blackhole sink) {
    try (PointerScope scope = new PointerScope()) {
      for (int i = 0; i < CALLS; i++) {
        sink.consume(s.left.add(s.right));
      }
    }
  }

  /** Difference; each result freed at once. */
  @Benchmark
  @OperationsPerInvocation(CALLS)
  public void nextscaleSubClose(Nextscale s, Blackhole sink) {
    try (TensorScope scope = TensorScope.open()) {
      for (int i = 0; i < CALLS; i++) {
        Tensor result = s.left.sub(s.right);
        sink.consume(result);
        result.close();
      }
    }
  }

  /** Difference; results freed by their scope. */
  @Benchmark
  @OperationsPerInvocation(CALLS)
  public void nextscaleSubScope(Nextscale s, Blackhole sink) {
    try (TensorScope scope = TensorScope.open()) {
      for (int i = 0; i < CALLS; i++) {
        sink.consume(s.left.sub(s.right));
      }
    }
  }

  /** Difference; each result freed at once. */
  @Benchmark
  @OperationsPerInvocation(CALLS)
  public void javacppSubClose(JavaCpp s, Blackhole sink) {
    for (int i = 0; i < CALLS; i++) {
      org.bytedeco.pytorch.Tensor result = s.left.sub(s.right);
      sink.consume(result);
      result.deallocate();
    }
  }

  /** Difference; results freed by their scope. */
  @Benchmark
  @OperationsPerInvocation(CALLS)
  public void javacppSubScope(JavaCpp s, Blackhole sink) {
    try (PointerScope scope = new PointerScope()) {
      for (int i = 0; i < CALLS; i++) {
        sink.consume(s.left.sub(s.right));
      }
    }
  }

  /** Linear map with bias; each result freed at once. */
  @Benchmark
  @OperationsPerInvocation(CALLS)
  public void nextscaleLinearClose(Nextscale s, Blackhole sink) {
    try (TensorScope scope = TensorScope.open()) {
      for (int i = 0; i < CALLS; i++) {
        Tensor result = Layers.linear(s.left, s.right, s.bias);
        sink.consume(result);
        result.close();
      }
    }
  }

  /** Linear map with bias; results freed by their scope. */
  @Benchmark
  @OperationsPerInvocation(CALLS)
  public void nextscaleLinearScope(Nextscale s, Blackhole sink) {
    try (TensorScope scope = TensorScope.open()) {
      for (int i = 0; i < CALLS; i++) {
        sink.consume(Layers.linear(s.left, s.right, s.bias));
      }
    }
  }

  /** Linear map with bias; each result freed at once. */
  @Benchmark
  @OperationsPerInvocation(CALLS)
  public void javacppLinearClose(JavaCpp s, Blackhole sink) {
    for (int i = 0; i < CALLS; i++) {
      org.bytedeco.pytorch.Tensor result = torch.linear(s.left, s.right, s.bias);
      sink.consume(result);
      result.deallocate();
    }
  }

  /** Linear map with bias; results freed by their scope. */
  @Benchmark
  @OperationsPerInvocation(CALLS)
  public void javacppLinearScope(JavaCpp s, Blackhole sink) {
    try (PointerScope scope = new PointerScope()) {
      for (int i = 0; i < CALLS; i++) {
        sink.consume(torch.linear(s.left, s.right, s.bias));
      }
    }
  }

  /** Product; JavaCPP without flags. */
  @Benchmark
  @OperationsPerInvocation(CALLS)
  @Fork(
      value = 3,
      jvmArgsAppend = {"--enable-native-access=ALL-UNNAMED", "-Xmx1g"})
  public void javacppDefaultsMulClose(JavaCpp s, Blackhole sink) {
    for (int i = 0; i < CALLS; i++) {
      org.bytedeco.pytorch.Tensor result = s.left.mul(s.right);
      sink.consume(result);
      result.deallocate();
    }
  }
}
