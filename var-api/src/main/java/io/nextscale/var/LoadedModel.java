package io.nextscale.var;

import io.nextscale.torch.GradMode;
import io.nextscale.torch.TensorScope;
import io.nextscale.torch.Torch;
import io.nextscale.var.checkpoint.WeightReader;
import io.nextscale.var.model.ModelException;
import io.nextscale.var.model.ModelSource;
import io.nextscale.var.model.ModelSpec;
import io.nextscale.var.model.OpenModel;
import io.nextscale.var.tokenizer.ImageTokenizer;
import io.nextscale.var.transformer.VarTransformer;

/**
 * A model's weights in memory. Weights that already have the right element type stay where they lie
 * in the mapped files.
 */
record LoadedModel(
    ModelSpec spec,
    ImageTokenizer tokenizer,
    VarTransformer transformer,
    TensorScope weights,
    OpenModel files)
    implements AutoCloseable {

  static LoadedModel load(ModelSource source, LoadOptions options) {
    Torch.unavailability(options.device())
        .ifPresent(
            reason -> {
              throw new ModelException("device " + options.device() + ": " + reason);
            });
    OpenModel files = source.open();
    TensorScope weights = TensorScope.create();
    boolean loaded = false;
    try (GradMode inference = GradMode.disabled();
        TensorScope.Entry entry = weights.enter()) {
      ModelSpec spec = files.spec();
      WeightReader forTokenizer =
          new WeightReader(files.tokenizerWeights(), options.device(), options.computeType());
      ImageTokenizer tokenizer = ImageTokenizer.read(forTokenizer, spec.tokenizer(), spec.scales());
      forTokenizer.done();
      WeightReader forTransformer =
          new WeightReader(files.transformerWeights(), options.device(), options.computeType());
      VarTransformer transformer =
          VarTransformer.read(forTransformer, spec.transformer(), spec.scales());
      forTransformer.done();
      loaded = true;
      return new LoadedModel(spec, tokenizer, transformer, weights, files);
    } finally {
      if (!loaded) {
        weights.close();
        files.close();
      }
    }
  }

  @Override
  public void close() {
    weights.close();
    files.close();
  }
}
