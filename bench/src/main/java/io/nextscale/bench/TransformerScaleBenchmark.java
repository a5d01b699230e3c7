package io.nextscale.bench;

import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.GradMode;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.checkpoint.WeightReader;
import io.nextscale.var.config.TransformerConfig;
import io.nextscale.var.inference.CachedPredictor;
import io.nextscale.var.inference.ParallelPredictor;
import io.nextscale.var.inference.SharedCachePredictor;
import io.nextscale.var.inference.TransformerForm;
import io.nextscale.var.model.ModelSource;
import io.nextscale.var.model.OpenModel;
import io.nextscale.var.scale.Scale;
import io.nextscale.var.scale.Scales;
import io.nextscale.var.transformer.VarTransformer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
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

/**
 * Measures one scale of a transformer of VAR-d16's width and random weights, with all earlier
 * scales in the KV cache and two rows: one guided image.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Threads(1)
@Fork(
    value = 1,
    jvmArgsAppend = {"--enable-native-access=ALL-UNNAMED", "-Xmx2g"})
@Warmup(iterations = 5)
@Measurement(iterations = 10)
@SuppressWarnings("NullAway.Init") // fields are set by the set-up
public class TransformerScaleBenchmark {
  private static final String PRESET = "var-d16";
  private static final long ROWS = 2;

  /** Side of the scale that is measured: a patch number of VAR-256. */
  @Param({"10", "16"})
  public int patchNumber;

  /** Number of blocks; VAR-d16 has 16. */
  @Param("4")
  public int depth;

  /** Element type of the blocks. */
  @Param({"FLOAT32", "BFLOAT16"})
  public DType computeType;

  private GradMode inference;
  private TensorScope weights;
  private VarTransformer transformer;
  private Scales scales;
  private Tensor prefix;
  private Tensor input;
  private TensorScope invocation;
  private SharedCachePredictor.SharedCacheRun run;

  /** Makes the weights and brings the transformer into its inference form. */
  @Setup(Level.Trial)
  public void load() {
    inference = GradMode.disabled();
    weights = TensorScope.open();
    try (OpenModel model = ModelSource.randomPreset(PRESET, 1).open()) {
      scales = model.spec().scales();
      WeightReader reader = new WeightReader(model.transformerWeights(), Device.CPU, computeType);
      TransformerConfig shortened = model.spec().transformer().toBuilder().depth(depth).build();
      transformer = VarTransformer.read(reader, shortened, scales);
      reader.done();
      transformer = TransformerForm.of(transformer);
      prefix = embedded(scales.start(index(scales)));
      input = embedded((long) patchNumber * patchNumber);
    }
  }

  private int index(Scales scales) {
    int index = scales.list().indexOf(new Scale(patchNumber, patchNumber));
    if (index < 1) {
      throw new IllegalArgumentException(
          "patchNumber %d: expected a scale of %s after the first".formatted(patchNumber, scales));
    }
    return index;
  }

  /** Makes an input (2, l, C) in float32, the element type of the word embedding. */
  private Tensor embedded(long tokens) {
    return Tensor.full(0.5, DType.FLOAT32, Device.CPU, ROWS, tokens, transformer.config().width());
  }

  /** Fills the KV cache with all earlier scales in one pass; the time needs no true values. */
  @Setup(Level.Invocation)
  public void fillCache() {
    invocation = TensorScope.open();
    SharedCachePredictor predictor = new ParallelPredictor(new CachedPredictor(transformer));
    run = predictor.begin(new long[] {1, predictor.noClass()}, scales, () -> {});
    List<Scale> earlier = scales.list().subList(0, index(scales));
    run.hiddenAt(0, earlier, prefix).close();
  }

  /** Computes the logits of a scale from its input. */
  @Benchmark
  public Tensor scale() {
    return run.logits(
        run.hiddenAt(prefix.size(1), List.of(new Scale(patchNumber, patchNumber)), input));
  }

  /** Frees KV cache and logits. */
  @TearDown(Level.Invocation)
  public void freeCache() {
    invocation.close();
    run.close();
  }

  /** Frees the weights. */
  @TearDown(Level.Trial)
  public void close() {
    weights.close();
    inference.close();
  }
}
