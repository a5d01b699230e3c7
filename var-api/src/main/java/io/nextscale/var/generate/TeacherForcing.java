package io.nextscale.var.generate;

import io.nextscale.torch.Functional;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.scale.Scales;
import io.nextscale.var.scale.TokenMaps;
import io.nextscale.var.tokenizer.ScaleStep;
import io.nextscale.var.tokenizer.VqVae;
import io.nextscale.var.transformer.Modulations;
import io.nextscale.var.transformer.Positions;
import io.nextscale.var.transformer.VarTransformer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * Predicts every scale from the true tokens of the scales before it, in one masked pass ({@code
 * VAR.forward} in {@code models/var.py}).
 *
 * @param transformer predicts the tokens
 * @param tokenizer turns the true tokens into inputs, by the scale step that generation uses
 */
public record TeacherForcing(VarTransformer transformer, VqVae tokenizer) {
  /**
   * Computes the logits of all positions.
   *
   * @param truth the token maps of B images
   * @param classes one class per image; classes are never dropped
   * @param interruption called before each block; may throw to end the pass
   * @return float32 (B, L, V) in the caller's scope
   * @throws IllegalArgumentException if there are not as many classes as images, or a token or a
   *     class does not exist
   */
  public Tensor logits(TokenMaps truth, long[] classes, Runnable interruption) {
    return logits(truth, classes, UnaryOperator.identity(), interruption);
  }

  /**
   * Computes the logits of all positions from changed inputs, as a training with dropout does.
   *
   * @param change changes the embedded inputs (B, L, C)
   * @return float32 (B, L, V) in the caller's scope
   */
  public Tensor logits(
      TokenMaps truth, long[] classes, UnaryOperator<Tensor> change, Runnable interruption) {
    if (classes.length != truth.batch()) {
      throw new IllegalArgumentException(
          "%s classes for %s images: expected one for each"
              .formatted(classes.length, truth.batch()));
    }
    truth.requireVocabulary(tokenizer.config().vocabularySize());
    Scales scales = truth.scales();
    try (TensorScope scope = TensorScope.open()) {
      Modulations modulations = transformer.modulate(classes);
      List<Tensor> inputs = new ArrayList<>();
      Positions.ScalePositions positions = transformer.positions().of(scales);
      inputs.add(transformer.startInput(modulations, positions));
      ScaleStep step = tokenizer.quantizer().begin(scales);
      for (int k = 0; k + 1 < scales.count(); k++) {
        step.accept(k, tokenizer.codes(truth, k));
        inputs.add(transformer.scaleInput(k + 1, step.input(k + 1), positions));
      }
      Tensor input = change.apply(Functional.cat(inputs, 1));
      Tensor hidden =
          transformer.hidden(input, modulations, transformer.allScales(scales), interruption);
      return scope.keep(transformer.logits(hidden));
    }
  }

  /**
   * Scores the prediction of all positions.
   *
   * @param truth the token maps of B images
   * @param classes one class per image
   */
  public TokenScore score(TokenMaps truth, long[] classes) {
    return score(truth, classes, logits -> {}, () -> {});
  }

  /**
   * Scores the prediction of all positions and hands out the logits.
   *
   * @param logits receives the logits, float32 (B, L, V), which are freed when it returns
   * @param interruption called before each block; may throw to end the pass
   */
  public TokenScore score(
      TokenMaps truth, long[] classes, Consumer<Tensor> logits, Runnable interruption) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor predicted = logits(truth, classes, interruption);
      logits.accept(predicted);
      return TokenScore.of(predicted, truth);
    }
  }

  /** Returns the true tokens as targets of a loss, int64 (B·L). */
  public static Tensor targets(TokenMaps truth) {
    int length = truth.scales().tokens();
    long[] all = new long[Math.multiplyExact(truth.batch(), length)];
    long[][] maps = truth.tokens();
    for (int b = 0; b < maps.length; b++) {
      System.arraycopy(maps[b], 0, all, b * length, length);
    }
    return Tensor.of(all, all.length);
  }
}
