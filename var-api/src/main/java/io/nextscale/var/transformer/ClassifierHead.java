package io.nextscale.var.transformer;

import io.nextscale.torch.DType;
import io.nextscale.torch.Functional;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.checkpoint.WeightReader;
import io.nextscale.var.config.TransformerConfig;
import io.nextscale.var.nn.LayerForm;
import io.nextscale.var.nn.Linear;

/**
 * Modulated norm and linear map to logits. Float32 throughout, whatever the blocks compute in: the
 * official code converts before the norm, before the map and after it.
 *
 * @param adaLn of the condition to scale and shift; takes the class embedding even where blocks
 *     share theirs
 * @param linear to the vocabulary
 */
record ClassifierHead(Linear adaLn, Linear linear, double epsilon) {

  static ClassifierHead read(WeightReader reader, TransformerConfig config) {
    WeightReader float32 = reader.as(DType.FLOAT32);
    int width = config.width();
    return new ClassifierHead(
        Linear.read(float32.at("head_nm.ada_lin.1"), width, 2L * width),
        Linear.read(float32.at("head"), width, config.vocabularySize()),
        config.normEpsilon());
  }

  ModulatedNorm modulate(Condition condition) {
    Tensor joined = adaLn.forward(condition.activated());
    Tensor[] parts = Functional.unbind(joined.reshape(joined.size(0), 1, 2, -1), 2);
    return new ModulatedNorm(parts[0].add(1), parts[1]);
  }

  /** The same head with its layers in another form. */
  ClassifierHead map(LayerForm form) {
    return new ClassifierHead(form.outsideBlocks(adaLn), form.outsideBlocks(linear), epsilon);
  }

  /** Hidden states, float32 (B, l, C), of the last block's output. */
  Tensor normalize(Tensor x, ModulatedNorm norm) {
    try (TensorScope scope = TensorScope.open()) {
      return scope.keep(norm.apply(x.to(DType.FLOAT32), epsilon));
    }
  }
}
