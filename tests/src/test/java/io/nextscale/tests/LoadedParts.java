package io.nextscale.tests;

import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.GradMode;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.checkpoint.WeightReader;
import io.nextscale.var.image.PixelArray;
import io.nextscale.var.model.ModelSource;
import io.nextscale.var.model.ModelSpec;
import io.nextscale.var.model.OpenModel;
import io.nextscale.var.tokenizer.VqVae;
import io.nextscale.var.transformer.VarTransformer;
import java.util.List;

/** Parts of a model as they were read, in float32 on the CPU, for tests of the inside. */
record LoadedParts(
    ModelSpec spec,
    VqVae tokenizer,
    VarTransformer transformer,
    TensorScope weights,
    OpenModel files)
    implements AutoCloseable {

  static LoadedParts load(ModelSource source) {
    OpenModel files = source.open();
    ModelSpec spec = files.spec();
    TensorScope weights = TensorScope.create();
    try (GradMode inference = GradMode.disabled();
        TensorScope.Entry entry = weights.enter()) {
      WeightReader vae = new WeightReader(files.tokenizerWeights(), Device.CPU, DType.FLOAT32);
      WeightReader var = new WeightReader(files.transformerWeights(), Device.CPU, DType.FLOAT32);
      VqVae tokenizer = VqVae.read(vae, spec.tokenizer(), spec.scales());
      VarTransformer transformer = VarTransformer.read(var, spec.transformer(), spec.scales());
      vae.done();
      var.done();
      return new LoadedParts(spec, tokenizer, transformer, weights, files);
    }
  }

  /** Joins images to a batch (B, 3, H, W) in the innermost scope. */
  static Tensor batch(List<PixelArray> images) {
    int height = images.getFirst().height();
    int width = images.getFirst().width();
    float[] values = SampledPixels.strided(images, 1);
    return Tensor.of(values, images.size(), 3, height, width);
  }

  @Override
  public void close() {
    weights.close();
    files.close();
  }
}
