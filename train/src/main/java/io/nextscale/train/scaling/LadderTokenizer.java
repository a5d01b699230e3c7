package io.nextscale.train.scaling;

import io.nextscale.torch.DType;
import io.nextscale.torch.GradMode;
import io.nextscale.torch.TensorScope;
import io.nextscale.train.tokenizer.TokenizerLoss;
import io.nextscale.var.checkpoint.Checkpoint;
import io.nextscale.var.checkpoint.CheckpointWeights;
import io.nextscale.var.model.ModelException;
import io.nextscale.var.model.OpenTokenizer;
import io.nextscale.var.model.TokenizerSource;
import io.nextscale.var.model.TokenizerSpec;
import io.nextscale.var.tokenizer.VqVae;
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

  /**
   * Checks the weights of a plan's model, if it names one, before images are read.
   *
   * @throws ModelException if the model is not there or is none of VAR
   * @throws io.nextscale.var.checkpoint.CheckpointException naming the weight that is wrong
   */
  public static void requireWeights(ScalingPlan plan) {
    if (plan.model().isEmpty()) {
      return;
    }
    try (OpenTokenizer opened = TokenizerSource.folder(plan.model().get()).open();
        TensorScope scope = TensorScope.open();
        GradMode mode = GradMode.disabled()) {
      read(opened);
    }
  }

  /** Reads the weights; they belong to the open scope. */
  static VqVae read(OpenTokenizer opened) {
    TokenizerSpec spec = requireResidual(opened.spec());
    return new TokenizerLoss(spec.config(), spec.scales(), DType.FLOAT32).read(opened.weights());
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
