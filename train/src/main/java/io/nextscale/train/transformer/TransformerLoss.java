package io.nextscale.train.transformer;

import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.Losses;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.train.Parameters;
import io.nextscale.var.checkpoint.WeightReader;
import io.nextscale.var.generate.TeacherForcing;
import io.nextscale.var.scale.Scales;
import io.nextscale.var.scale.TokenMaps;
import io.nextscale.var.tokenizer.ImageTokenizer;
import io.nextscale.var.transformer.TransformerConfig;
import io.nextscale.var.transformer.VarTransformer;

/**
 * What a transformer is trained to make small: the cross-entropy of all tokens of all scales, in
 * one masked pass over the true ones ({@code VARTrainer.train_step} in {@code trainer.py} of VAR
 * and FlexVAR).
 *
 * @param config of the transformer
 * @param scales that its positions are for; a FlexVAR model's tokens may have others
 * @param tokenizer that the tokens are of; not trained
 * @param compute element type of the blocks; the parameters stay float32
 */
public record TransformerLoss(
    TransformerConfig config, Scales scales, ImageTokenizer tokenizer, DType compute) {

  /** Reads the model from its parameters; with gradients enabled, autograd records how. */
  public VarTransformer read(Parameters parameters) {
    WeightReader reader = new WeightReader(parameters, Device.CPU, compute);
    VarTransformer transformer = VarTransformer.read(reader, config, scales);
    reader.done();
    return transformer;
  }

  /**
   * The loss of a batch, in nats a token.
   *
   * @param tokens of B pictures
   * @param classes one for each; {@code config.classes()} where the class was dropped
   * @return 0-dimensional, in the caller's scope
   */
  public Tensor of(Parameters parameters, TokenMaps tokens, long[] classes) {
    try (TensorScope scope = TensorScope.open()) {
      TeacherForcing forcing = new TeacherForcing(read(parameters), tokenizer);
      Tensor logits = forcing.logits(tokens, classes, () -> {});
      Tensor truth = truth(tokens);
      return scope.keep(Losses.crossEntropy(logits.reshape(-1, config.vocabularySize()), truth, 0));
    }
  }

  private static Tensor truth(TokenMaps tokens) {
    int each = tokens.scales().tokens();
    long[] all = new long[tokens.batch() * each];
    long[][] maps = tokens.tokens();
    for (int b = 0; b < maps.length; b++) {
      System.arraycopy(maps[b], 0, all, b * each, each);
    }
    return Tensor.of(all, all.length);
  }
}
