package io.nextscale.var.model;

import io.nextscale.var.checkpoint.Checkpoint;
import io.nextscale.var.tokenizer.TokenizerConfig;
import io.nextscale.var.transformer.TransformerConfig;
import java.util.List;

/** The configuration of a model from the shapes of its two weight files. */
final class ShapeInference {
  private ShapeInference() {}

  static ModelSpec infer(Checkpoint vae, Checkpoint transformer) {
    try {
      TokenizerConfig tokenizer = TokenizerInference.infer(vae);
      TransformerInference shapes = TransformerInference.of(transformer);
      TransformerConfig config = shapes.config(tokenizer);
      boolean table = config.positionGrid() == 0;
      return new ModelSpec(
          (table ? "var-d" : "flexvar-d") + config.depth() + (config.sharedAdaLn() ? "-s" : ""),
          tokenizer,
          config,
          shapes.scales(),
          List.of(),
          table
              ? SamplingDefaults.official(tokenizer.vocabularySize())
              : SamplingDefaults.flexVar(tokenizer.vocabularySize()));
    } catch (IllegalArgumentException e) {
      throw new ModelException(
          "no configuration fits "
              + vae.path()
              + " and "
              + transformer.path()
              + ": "
              + e.getMessage(),
          e);
    }
  }
}
