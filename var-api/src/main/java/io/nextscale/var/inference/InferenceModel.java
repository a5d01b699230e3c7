package io.nextscale.var.inference;

import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.GradMode;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.torch.TorchException;
import io.nextscale.torch.cpu.SystemMemory;
import io.nextscale.var.checkpoint.CheckpointException;
import io.nextscale.var.checkpoint.WeightReader;
import io.nextscale.var.checkpoint.WeightSource;
import io.nextscale.var.config.NetworkConfig;
import io.nextscale.var.generate.GenerationRun;
import io.nextscale.var.generate.ScaleLoop;
import io.nextscale.var.generate.TokenScore;
import io.nextscale.var.model.ModelSource;
import io.nextscale.var.model.ModelSpec;
import io.nextscale.var.model.OpenModel;
import io.nextscale.var.model.TokenizerSpec;
import io.nextscale.var.scale.TokenMaps;
import io.nextscale.var.tokenizer.VqVae;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Loads a model for computing without gradients. Weights of the right element type stay in the
 * mapped files; those of the transformer's blocks until first use.
 */
public final class InferenceModel implements AutoCloseable {
  private final OpenModel files;
  private final TensorScope weights;
  private final VqVae tokenizer;
  private final LoadedNetwork network;

  private InferenceModel(
      OpenModel files, TensorScope weights, VqVae tokenizer, LoadedNetwork network) {
    this.files = files;
    this.weights = weights;
    this.tokenizer = tokenizer;
    this.network = network;
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
      VqVae tokenizer =
          readTokenizer(files.tokenizerWeights(), spec.tokenizerSpec(), device, dtype);
      LoadedNetwork network =
          switch (spec.transformer().network()) {
            case NetworkConfig.NextScale nextScale -> {
              Precision precision = Precision.of(dtype, float32Scales, spec.transformer());
              yield read(
                  files.transformerWeights(),
                  device,
                  dtype,
                  key -> !key.startsWith(NextScaleNetwork.BLOCK),
                  reader ->
                      NextScaleNetwork.read(reader, spec, precision, device, tokenizer, weights));
            }
            case NetworkConfig.Raster raster -> {
              Precision precision = Precision.ofRaster(dtype, float32Scales);
              yield read(
                  files.transformerWeights(),
                  device,
                  dtype,
                  key -> !LoadedRaster.isOfBlock(key),
                  reader -> LoadedRaster.read(reader, spec, raster, precision, tokenizer, weights));
            }
          };
      loaded = true;
      return new InferenceModel(files, weights, tokenizer, network);
    } finally {
      if (!loaded) {
        try (files) {
          weights.close();
        }
      }
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
    return network.precision();
  }

  /**
   * Whether several images take less time at once than one after the other: on the CPU those of a
   * small model (docs/experiments/0040-callers-at-once.md). Only in float32, where an image does
   * not depend on its batch.
   */
  public boolean gainsByBatches() {
    return tokenizer.device().type() == Device.Type.CPU
        && precision().blocks() == DType.FLOAT32
        && Precision.isSmall(spec().transformer());
  }

  /** The tokenizer in its inference form. */
  public VqVae tokenizer() {
    return tokenizer;
  }

  /** Bytes of memory that the inference form will take at the first use; 0 after it. */
  public long pendingBytes() {
    return network.pendingBytes();
  }

  /**
   * Begins a generation. The first call makes the inference form.
   *
   * @param interruption called before each block, by every thread that computes; may throw to end
   *     the run
   * @throws IllegalArgumentException if a class does not exist, or the scales are not the model's
   */
  public GenerationRun begin(ScaleLoop.Plan plan, Runnable interruption) {
    return network.begin(plan, interruption);
  }

  /**
   * Scores the prediction of true tokens, each from those before it.
   *
   * @param logits receives the logits, float32 (B, L, V), which are freed when it returns
   * @param interruption called before each block; may throw to end the pass
   */
  public TokenScore score(
      TokenMaps truth, long[] classes, Consumer<Tensor> logits, Runnable interruption) {
    return network.score(truth, classes, logits, interruption);
  }

  @Override
  public void close() {
    try (files) {
      weights.close();
    }
    SystemMemory.trim();
  }
}
