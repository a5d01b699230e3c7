package io.nextscale.tests;

import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.GradMode;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.checkpoint.WeightReader;
import io.nextscale.var.model.OpenTokenizer;
import io.nextscale.var.model.TokenizerSource;
import io.nextscale.var.tokenizer.VqVae;

/** A tokenizer without transformer, in float32 on the CPU, for tests of the inside. */
record LoadedTokenizer(VqVae tokenizer, TensorScope weights, OpenTokenizer files)
    implements AutoCloseable {

  static LoadedTokenizer load(TokenizerSource source) {
    OpenTokenizer files = source.open();
    TensorScope weights = TensorScope.create();
    try (GradMode inference = GradMode.disabled();
        TensorScope.Entry entry = weights.enter()) {
      WeightReader reader = new WeightReader(files.weights(), Device.CPU, DType.FLOAT32);
      VqVae tokenizer = VqVae.read(reader, files.spec().config(), files.spec().scales());
      reader.done();
      return new LoadedTokenizer(tokenizer, weights, files);
    }
  }

  @Override
  public void close() {
    weights.close();
    files.close();
  }
}
