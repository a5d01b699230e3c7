package io.nextscale.train.scaling;

import io.nextscale.var.checkpoint.Checkpoint;
import io.nextscale.var.checkpoint.CheckpointWeights;
import io.nextscale.var.model.ModelException;
import io.nextscale.var.model.OpenTokenizer;
import io.nextscale.var.model.TokenizerSource;
import io.nextscale.var.model.TokenizerSpec;
import java.nio.file.Path;
import java.util.List;

/** The tokenizer of all rungs: one that is trained for the ladder, or that of a model. */
public final class LadderTokenizer {
  private LadderTokenizer() {}

  /**
   * Its configuration.
   *
   * @throws ModelException if it is not there or is none of VAR
   */
  public static TokenizerSpec spec(ScalingPlan plan) {
    if (plan.model().isEmpty()) {
      return requireResidual(plan.recipe().model().tokenizerSpec());
    }
    try (OpenTokenizer opened = TokenizerSource.folder(plan.model().get()).open()) {
      return requireResidual(opened.spec());
    }
  }

  /** The tokenizer with its weights, to be closed. */
  static OpenTokenizer open(ScalingPlan plan, Path trained) {
    if (plan.model().isPresent()) {
      return TokenizerSource.folder(plan.model().get()).open();
    }
    Checkpoint checkpoint = Checkpoint.open(trained);
    return new OpenTokenizer(spec(plan), new CheckpointWeights(checkpoint), List.of(checkpoint));
  }

  private static TokenizerSpec requireResidual(TokenizerSpec spec) {
    if (spec.hasFreeScales()) {
      throw new ModelException(
          "%s has the tokenizer of a FlexVAR model: expected one of a VAR model"
              .formatted(spec.name()));
    }
    return spec;
  }
}
