package io.nextscale.train.transformer;

import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.Functional;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.checkpoint.WeightReader;
import io.nextscale.var.checkpoint.WeightSource;
import io.nextscale.var.config.TransformerConfig;
import io.nextscale.var.generate.TeacherForcing;
import io.nextscale.var.generate.TokenScore;
import io.nextscale.var.scale.Scales;
import io.nextscale.var.scale.TokenMaps;
import io.nextscale.var.tokenizer.VqVae;
import io.nextscale.var.transformer.VarTransformer;
import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * The loss of a transformer: the cross-entropy of all tokens of all scales, in one masked pass over
 * the true ones ({@code VARTrainer.train_step} in {@code trainer.py} of VAR and FlexVAR).
 *
 * @param config of the transformer
 * @param scales of its positions; a FlexVAR model's tokens may have others
 * @param tokenizer that made the tokens; not trained
 * @param compute element type of the blocks; the parameters stay float32
 */
public record TransformerLoss(
    TransformerConfig config, Scales scales, VqVae tokenizer, DType compute) {
  /** Checks that no component is null. */
  public TransformerLoss {
    Objects.requireNonNull(config, "config");
    Objects.requireNonNull(scales, "scales");
    Objects.requireNonNull(tokenizer, "tokenizer");
    Objects.requireNonNull(compute, "compute");
  }

  /** Reads the model; autograd records the reading if gradients are enabled. */
  public VarTransformer read(WeightSource weights) {
    WeightReader reader = new WeightReader(weights, Device.CPU, compute);
    VarTransformer transformer = VarTransformer.read(reader, config, scales);
    reader.done();
    return transformer;
  }

  /**
   * Computes the loss of a batch, in nats a token.
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
      return scope.keep(
          Functional.crossEntropyLoss(rows, TeacherForcing.targets(tokens), smoothing));
    }
  }

  /** Scores a transformer's prediction of tokens; see {@link TeacherForcing#score}. */
  public TokenScore score(VarTransformer transformer, TokenMaps tokens, long[] classes) {
    return new TeacherForcing(transformer, tokenizer).score(tokens, classes);
  }
}
