package io.nextscale.var.model;

import io.nextscale.var.checkpoint.Checkpoint;
import io.nextscale.var.checkpoint.CheckpointWeights;
import java.nio.file.Path;
import java.util.List;

/** A place that an image tokenizer comes from: a model, or the tokenizer alone. */
public interface TokenizerSource {
  /**
   * Opens the tokenizer: reads its configuration, maps its weights.
   *
   * @throws ModelException if it is not there or is described wrongly
   * @throws io.nextscale.var.checkpoint.CheckpointException if a weight file is malformed
   */
  OpenTokenizer open();

  /** Takes the tokenizer of a model. */
  static TokenizerSource of(ModelSource model) {
    return () -> {
      OpenModel opened = model.open();
      return new OpenTokenizer(
          opened.spec().tokenizerSpec(), opened.tokenizerWeights(), opened.files());
    };
  }

  /**
   * Takes a folder with a file {@code vae.*} (.pth or .safetensors); everything else that a model
   * needs may be missing. Without a {@code config.json} the configuration is inferred from shapes.
   */
  static TokenizerSource folder(Path folder) {
    return new ModelFolder(folder)::openTokenizer;
  }

  /**
   * Takes a weight file of VAR, FlexVAR or LlamaGen (vq_ds16_c2i.pt); the configuration is inferred
   * from the shapes.
   */
  static TokenizerSource file(Path vae) {
    return () -> inferred(Checkpoint.open(vae));
  }

  /** Takes an open weight file, which belongs to the result and is closed if this fails. */
  static OpenTokenizer inferred(Checkpoint vae) {
    try {
      return new OpenTokenizer(
          ShapeInference.tokenizer(vae), new CheckpointWeights(vae), List.of(vae));
    } catch (RuntimeException e) {
      vae.close();
      throw e;
    }
  }
}
