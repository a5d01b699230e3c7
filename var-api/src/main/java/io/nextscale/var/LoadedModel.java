package io.nextscale.var;

import io.nextscale.torch.GradMode;
import io.nextscale.torch.TensorScope;
import io.nextscale.torch.Torch;
import io.nextscale.torch.TorchException;
import io.nextscale.var.checkpoint.WeightReader;
import io.nextscale.var.checkpoint.WeightSource;
import io.nextscale.var.inference.VqVaeForm;
import io.nextscale.var.model.ModelSource;
import io.nextscale.var.model.ModelSpec;
import io.nextscale.var.model.OpenModel;
import io.nextscale.var.tokenizer.VqVae;
import io.nextscale.var.transformer.ExactStart;
import io.nextscale.var.transformer.VarTransformer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A model's weights in memory. Weights that already have the right element type stay where they lie
 * in the mapped files; those of the transformer's blocks until they are first used.
 */
record LoadedModel(
    ModelSpec spec,
    VqVae tokenizer,
    PackedTransformer packing,
    @Nullable PackedTransformer exactPacking,
    LoadOptions options,
    TensorScope weights,
    OpenModel files)
    implements AutoCloseable {

  static LoadedModel load(ModelSource source, LoadOptions options) {
    options.requireDevice();
    OpenModel files = source.open();
    TensorScope weights = TensorScope.create();
    boolean loaded = false;
    try (GradMode inference = GradMode.disabled();
        TensorScope.Entry entry = weights.enter()) {
      ModelSpec spec = files.spec();
      VqVae tokenizer =
          VqVaeForm.of(
              read(
                  files.tokenizerWeights(),
                  options,
                  reader -> VqVae.read(reader, spec.tokenizer(), spec.scales())));
      Twins twins =
          read(files.transformerWeights(), options, reader -> twins(reader, spec, options));
      loaded = true;
      VarTransformer exact = twins.exact();
      return new LoadedModel(
          spec,
          tokenizer,
          new PackedTransformer(twins.transformer(), weights),
          exact == null ? null : new PackedTransformer(exact, weights),
          options,
          weights,
          files);
    } finally {
      if (!loaded) {
        weights.close();
        files.close();
      }
    }
  }

  private record Twins(VarTransformer transformer, @Nullable VarTransformer exact) {}

  private static Twins twins(WeightReader reader, ModelSpec spec, LoadOptions options) {
    VarTransformer transformer = VarTransformer.read(reader, spec.transformer(), spec.scales());
    boolean exact = options.holdsExactWeights(spec.transformer());
    return new Twins(transformer, exact ? transformer.withExactBlocks(reader) : null);
  }

  /** Reads a part of a model; all problems of its weights are reported at once. */
  static <T> T read(WeightSource source, LoadOptions options, Function<WeightReader, T> part) {
    WeightReader reader = new WeightReader(source, options.device(), options.computeType());
    try {
      T result = part.apply(reader);
      reader.done();
      return result;
    } catch (TorchException e) {
      if (reader.hasProblems()) {
        reader.done(); // what went wrong first: a stand-in for a missing weight cannot be computed
        // with
      }
      throw e;
    }
  }

  /** The transformer, ready to compute; the first call takes a while. */
  VarTransformer transformer() {
    return packing.get();
  }

  /** What computes the first scales instead, or none. */
  @Nullable ExactStart exactStart() {
    return exactPacking == null
        ? null
        : new ExactStart(exactPacking.get(), options.float32Scales());
  }

  @Override
  public void close() {
    weights.close();
    files.close();
    Torch.trimMemory();
  }
}
