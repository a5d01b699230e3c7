package io.nextscale.bench;

import io.nextscale.torch.DType;
import io.nextscale.var.GenerationRequest;
import io.nextscale.var.GenerationResult;
import io.nextscale.var.ImageGenerator;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/** Measures a guided image, from the class to the pixels, with the model's defaults. */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Threads(1)
@Fork(
    value = 1,
    jvmArgsAppend = {"--enable-native-access=ALL-UNNAMED", "-Xmx2g"})
@Warmup(iterations = 3)
@Measurement(iterations = 5)
@SuppressWarnings("NullAway.Init") // fields are set by the set-up
public class ImageBenchmark {
  /** {@code demo} (64×64), or a preset, which gets random weights (VAR: 256×256). */
  @Param({"demo", "var-d16"})
  public String model;

  /** Element type of the transformer's blocks and the decoder. */
  @Param({"FLOAT32", "BFLOAT16"})
  public DType computeType;

  private ImageGenerator generator;
  private GenerationRequest request;

  /** Loads the model. */
  @Setup
  public void load() {
    generator = BenchModel.load(model, computeType);
    request = GenerationRequest.of(1).seed(1).build();
  }

  /** Generates one image. */
  @Benchmark
  public GenerationResult image() {
    return generator.generate(request);
  }

  /** Frees the model. */
  @TearDown
  public void close() {
    generator.close();
  }
}
