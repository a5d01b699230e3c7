package io.nextscale.var.model;

import io.nextscale.var.checkpoint.Checkpoint;
import io.nextscale.var.checkpoint.CheckpointWeights;
import java.nio.file.Path;
import java.util.List;

/**
 * Origin of an image tokenizer: a model, a folder, or a weight file. It holds nothing open; each
 * {@code ImageTokenizer.load} opens it anew.
 */
public interface TokenizerSource {
  /**
   * Opens the tokenizer: reads its configuration, maps its weights. Called when an {@code
   * ImageTokenizer} is loaded, which closes the result.
   *
   * @throws ModelException if the tokenizer is missing or its configuration is wrong
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
   * Takes a folder with a file {@code vae.*} (.pth or .safetensors); no transformer is needed.
   * Without a {@code config.json} the configuration is inferred from the shapes of the weights.
   */
  static TokenizerSource folder(Path folder) {
    return new ModelFolder(folder)::openTokenizer;
  }

  /**
   * Takes a weight file of VAR, FlexVAR or LlamaGen; the configuration is inferred from its shapes.
   *
   * @param vae such as {@code vae_ch160v4096z32.pth} or {@code vq_ds16_c2i.pt}
   */
  static TokenizerSource file(Path vae) {
    return () -> inferred(Checkpoint.open(vae));
  }

  /** Takes an open weight file; the result owns it, and it is closed if this fails. */
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
