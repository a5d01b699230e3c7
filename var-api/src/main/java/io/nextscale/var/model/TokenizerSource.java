package io.nextscale.var.model;

import io.nextscale.var.checkpoint.Checkpoint;
import io.nextscale.var.checkpoint.CheckpointWeights;
import java.nio.file.Path;
import java.util.List;

/** Where an image tokenizer comes from: a model's, or one alone. */
public interface TokenizerSource {
  /**
   * Opens it: configuration and weights, as yet on disk.
   *
   * @throws ModelException if it is not there or is described wrongly
   * @throws io.nextscale.var.checkpoint.CheckpointException if a weight file is malformed
   */
  OpenTokenizer open();

  /** The tokenizer of a model. */
  static TokenizerSource of(ModelSource model) {
    return () -> {
      OpenModel opened = model.open();
      return new OpenTokenizer(
          opened.spec().tokenizerSpec(), opened.tokenizerWeights(), opened.files());
    };
  }

  /**
   * A folder with a file {@code vae.*} (.pth or .safetensors); what else a model needs may be
   * missing. Without a {@code config.json} the configuration is inferred from the shapes.
   */
  static TokenizerSource folder(Path folder) {
    return new ModelFolder(folder)::openTokenizer;
  }

  /**
   * A weight file; the configuration is inferred from the shapes. Those of VAR, FlexVAR and
   * LlamaGen (vq_ds16_c2i.pt) are known.
   */
  static TokenizerSource file(Path vae) {
    return () -> inferred(Checkpoint.open(vae));
  }

  /** The tokenizer in an open file, which belongs to the result. */
  static OpenTokenizer inferred(Checkpoint vae) {
    try {
      String name = String.valueOf(vae.path().getFileName());
      TokenizerSpec spec =
          new TokenizerSpec(name, TokenizerInference.infer(vae), OfficialModels.SCALES_256);
      return new OpenTokenizer(spec, new CheckpointWeights(vae), List.of(vae));
    } catch (IllegalArgumentException e) {
      vae.close();
      throw new ModelException("no configuration fits " + vae.path() + ": " + e.getMessage(), e);
    } catch (RuntimeException e) {
      vae.close();
      throw e;
    }
  }
}
