package io.nextscale.var.generate;

import io.nextscale.torch.Functional;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.scale.Scales;
import io.nextscale.var.scale.TokenMaps;
import io.nextscale.var.tokenizer.ScaleStep;
import io.nextscale.var.tokenizer.VqVae;
import io.nextscale.var.transformer.AttentionContext;
import io.nextscale.var.transformer.Modulations;
import io.nextscale.var.transformer.Positions;
import io.nextscale.var.transformer.VarTransformer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * What the transformer predicts when every scale is given the true tokens of the scales before it:
 * one masked pass.
 *
 * @param transformer predicts
 * @param tokenizer makes the inputs of the true tokens, by the same step that generation uses
 */
public record TeacherForcing(VarTransformer transformer, VqVae tokenizer) {
  /**
   * Logits of all positions.
   *
   * @param truth the token maps of B images
   * @param classes one for each; labels are never dropped
   * @return float32 (B, L, V) in the caller's scope
   */
  public Tensor logits(TokenMaps truth, long[] classes, Runnable checkpoint) {
    return logits(truth, classes, UnaryOperator.identity(), checkpoint);
  }

  /**
   * Logits of all positions, of inputs that are changed on their way: a training drops parts.
   *
   * @param change of the embedded inputs, (B, L, C)
   */
  public Tensor logits(
      TokenMaps truth, long[] classes, UnaryOperator<Tensor> change, Runnable checkpoint) {
    if (classes.length != truth.batch()) {
      throw new IllegalArgumentException(
          classes.length + " classes for " + truth.batch() + " images");
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
      AttentionContext context =
          AttentionContext.masked(scales, transformer.computeType(), transformer.device());
      Tensor all = change.apply(Functional.cat(inputs, 1));
      Tensor hidden = transformer.hidden(all, modulations, context, checkpoint);
      return scope.keep(transformer.logits(hidden));
    }
  }
}
