package io.nextscale.var.inference;

import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.GradMode;
import io.nextscale.torch.TensorScope;
import io.nextscale.torch.TorchException;
import io.nextscale.torch.cpu.SystemMemory;
import io.nextscale.var.checkpoint.CheckpointException;
import io.nextscale.var.checkpoint.WeightReader;
import io.nextscale.var.checkpoint.WeightSource;
import io.nextscale.var.generate.Predictor;
import io.nextscale.var.model.ModelSource;
import io.nextscale.var.model.ModelSpec;
import io.nextscale.var.model.OpenModel;
import io.nextscale.var.model.TokenizerSpec;
import io.nextscale.var.tokenizer.VqVae;
import io.nextscale.var.transformer.VarTransformer;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Loads a model for computing without gradients, and chooses its predictor. Weights of the right
 * element type stay in the mapped files; those of the transformer's blocks until first use.
 */
public final class InferenceModel implements AutoCloseable {
  private final OpenModel files;
  private final TensorScope weights;
  private final Precision precision;
  private final VqVae tokenizer;
  private final DeferredTransformer transformer;
  private final @Nullable DeferredTransformer float32;
  private final ModulationCache modulations;

  private InferenceModel(
      OpenModel files,
      TensorScope weights,
      Device device,
      Precision precision,
      VqVae tokenizer,
      DeferredTransformer transformer,
      @Nullable DeferredTransformer float32) {
    this.files = files;
    this.weights = weights;
    this.precision = precision;
    this.tokenizer = tokenizer;
    this.transformer = transformer;
    this.float32 = float32;
    modulations = new ModulationCache(files.spec().transformer(), device, weights);
  }

  /**
   * Loads a model.
   *
   * @param device a device of this machine
   * @param dtype element type of the transformer's blocks and the decoder
   * @param float32Scales number of first scales that compute in float32; if empty, {@link
   *     Precision} decides
   * @throws io.nextscale.var.checkpoint.CheckpointException if weights are malformed, missing,
   *     unexpected or of another shape
   */
  public static InferenceModel load(
      ModelSource source, Device device, DType dtype, OptionalInt float32Scales) {
    TensorScope weights = TensorScope.create(); // loads libtorch, before files are open
    OpenModel files = source.open();
    boolean loaded = false;
    try (GradMode inference = GradMode.disabled();
        TensorScope.Entry entry = weights.enter()) {
      ModelSpec spec = files.spec();
      Precision precision = Precision.of(dtype, float32Scales, spec.transformer());
      VqVae tokenizer =
          readTokenizer(files.tokenizerWeights(), spec.tokenizerSpec(), device, dtype);
      Transformers transformers =
          read(
              files.transformerWeights(),
              device,
              dtype,
              key -> !key.startsWith(Transformers.BLOCK),
              reader -> Transformers.read(reader, spec, precision, weights));
      loaded = true;
      return new InferenceModel(
          files,
          weights,
          device,
          precision,
          tokenizer,
          transformers.main(),
          transformers.float32());
    } finally {
      if (!loaded) {
        weights.close();
        files.close();
      }
    }
  }

  /** The transformer, and the same with float32 blocks if some scales compute in float32. */
  private record Transformers(DeferredTransformer main, @Nullable DeferredTransformer float32) {
    static final String BLOCK = "blocks.";

    static Transformers read(
        WeightReader reader, ModelSpec spec, Precision precision, TensorScope weights) {
      VarTransformer main = VarTransformer.read(reader, spec.transformer(), spec.scales());
      DeferredTransformer float32 =
          precision.holdsFloat32()
              ? new DeferredTransformer(
                  main.withBlocks(reader.as(DType.FLOAT32)), weights, block -> {})
              : null;
      IntConsumer finite =
          block -> reader.requireFinite(key -> key.startsWith(BLOCK + block + "."));
      return new Transformers(new DeferredTransformer(main, weights, finite), float32);
    }
  }

  /**
   * Reads a tokenizer in its inference form; its tensors belong to the open scope.
   *
   * @param dtype element type of the decoder
   * @throws io.nextscale.var.checkpoint.CheckpointException if weights are malformed, missing,
   *     unexpected or of another shape
   */
  public static VqVae readTokenizer(
      WeightSource source, TokenizerSpec spec, Device device, DType dtype) {
    return VqVaeForm.of(
        read(
            source,
            device,
            dtype,
            key -> true,
            reader -> VqVae.read(reader, spec.config(), spec.scales())));
  }

  /**
   * Reads a part of a model; reports all problems of its weights at once.
   *
   * @param finite keys of the weights that must be finite
   */
  private static <T> T read(
      WeightSource source,
      Device device,
      DType dtype,
      Predicate<String> finite,
      Function<WeightReader, T> part) {
    WeightReader reader = new WeightReader(source, device, dtype);
    try {
      T result = part.apply(reader);
      reader.done();
      reader.requireFinite(finite);
      return result;
    } catch (TorchException e) {
      if (reader.hasProblems()) {
        reader.done(); // the cause: a stand-in for a missing weight does not compute
      }
      throw new CheckpointException(
          source.origin(),
          null,
          "weights that libtorch can hold",
          String.valueOf(e.getMessage()),
          e);
    }
  }

  /** The model's configuration. */
  public ModelSpec spec() {
    return files.spec();
  }

  /** The element types of a run. */
  public Precision precision() {
    return precision;
  }

  /**
   * Whether several images take less time at once than one after the other: on the CPU those of a
   * small model (docs/experiments/0040-callers-at-once.md). Only in float32, where an image does
   * not depend on its batch.
   */
  public boolean gainsByBatches() {
    return tokenizer.device().type() == Device.Type.CPU
        && precision.blocks() == DType.FLOAT32
        && Precision.isSmall(spec().transformer());
  }

  /** The tokenizer in its inference form. */
  public VqVae tokenizer() {
    return tokenizer;
  }

  /** Returns the transformer in its inference form, which the first call makes. */
  public VarTransformer transformer() {
    return transformer.get();
  }

  /** Bytes of memory that the inference form will take at the first use; 0 after it. */
  public long pendingBytes() {
    return transformer.pendingBytes() + (float32 == null ? 0 : float32.pendingBytes());
  }

  /**
   * Returns the predictor for the device and precision: rows in parallel on the CPU, first scales
   * in float32 where {@link Precision} says so. The first call makes the inference form.
   */
  public Predictor predictor() {
    SharedCachePredictor main = caching(transformer.get());
    return float32 == null ? main : new MixedPrecision(caching(float32.get()), main, precision);
  }

  private SharedCachePredictor caching(VarTransformer transformer) {
    CachedPredictor cached =
        new CachedPredictor(transformer, classes -> modulations.of(transformer, classes));
    return transformer.device().type() == Device.Type.CPU ? new ParallelPredictor(cached) : cached;
  }

  @Override
  public void close() {
    weights.close();
    files.close();
    SystemMemory.trim();
  }
}
