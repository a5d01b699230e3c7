package io.nextscale.train.transformer;

import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.Functional;
import io.nextscale.torch.Losses;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.checkpoint.WeightReader;
import io.nextscale.var.checkpoint.WeightSource;
import io.nextscale.var.generate.TeacherForcing;
import io.nextscale.var.scale.Scales;
import io.nextscale.var.scale.TokenMaps;
import io.nextscale.var.tokenizer.VqVae;
import io.nextscale.var.transformer.TransformerConfig;
import io.nextscale.var.transformer.VarTransformer;
import java.util.function.UnaryOperator;

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
    TransformerConfig config, Scales scales, VqVae tokenizer, DType compute) {

  /** Reads the model; with gradients enabled, autograd records how. */
  public VarTransformer read(WeightSource weights) {
    WeightReader reader = new WeightReader(weights, Device.CPU, compute);
    VarTransformer transformer = VarTransformer.read(reader, config, scales);
    reader.done();
    return transformer;
  }

  /**
   * The loss of a batch, in nats a token.
   *
   * @param tokens of B images
   * @param classes one for each; {@code config.classes()} where the class was dropped
   * @param change of the embedded inputs (B, L, C), such as dropout
   * @param smoothing share of a token's probability that all tokens get, 0 to 1
   * @return 0-dimensional, in the caller's scope
   */
  public Tensor of(
      WeightSource weights,
      TokenMaps tokens,
      long[] classes,
      UnaryOperator<Tensor> change,
      double smoothing) {
    try (TensorScope scope = TensorScope.open()) {
      TeacherForcing forcing = new TeacherForcing(read(weights), tokenizer);
      Tensor logits = forcing.logits(tokens, classes, change, () -> {});
      Tensor rows = logits.reshape(-1, config.vocabularySize());
      return scope.keep(Losses.crossEntropy(rows, truth(tokens), smoothing));
    }
  }

  /**
   * Cross-entropy and share of tokens that are not the most probable, of a batch at every position.
   *
   * @return two arrays, sums over the images: (L) in nats, and (L)
   */
  public double[][] score(VarTransformer transformer, TokenMaps tokens, long[] classes) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor logits = new TeacherForcing(transformer, tokenizer).logits(tokens, classes, () -> {});
      Tensor rows = logits.reshape(-1, config.vocabularySize());
      Tensor truth = truth(tokens);
      float[] entropies = Losses.crossEntropies(rows, truth).toFloats();
      long[] guesses = Functional.argmax(rows, 1).toLongs();
      long[] expected = truth.toLongs();
      int each = tokens.scales().tokens();
      double[][] sums = new double[2][each];
      for (int i = 0; i < entropies.length; i++) {
        sums[0][i % each] += entropies[i];
        sums[1][i % each] += guesses[i] == expected[i] ? 0 : 1;
      }
      return sums;
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
