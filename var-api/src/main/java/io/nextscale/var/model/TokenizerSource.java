package io.nextscale.var.model;

import io.nextscale.var.checkpoint.Checkpoint;
import io.nextscale.var.checkpoint.CheckpointWeights;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Origin of an image tokenizer: a model, a folder, a weight file, streams, bytes or an address. It
 * holds nothing open; each {@code ImageTokenizer.load} opens it anew.
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
    Objects.requireNonNull(model, "model");
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
    return file(vae, null);
  }

  /**
   * Takes a weight file, as {@link #file(Path)} does.
   *
   * @param key key of the weights in the file, such as {@code ema}; null for the usual keys
   */
  static TokenizerSource file(Path vae, @Nullable String key) {
    Objects.requireNonNull(vae, "vae");
    return () -> inferred(Checkpoint.open(vae, TokenizerInference.CHOICE.orAt(key)));
  }

  /** Takes a tokenizer of streams, see {@link ModelSource#streams}; no transformer is needed. */
  static TokenizerSource streams(String name, StreamFiles files) {
    return new StreamedModel(name, files)::openTokenizer;
  }

  /** Takes a tokenizer from memory, see {@link ModelSource#bytes}. */
  static TokenizerSource bytes(String name, Map<String, byte[]> files) {
    return streams(name, StreamFiles.of(files));
  }

  /** Takes a tokenizer below an address, see {@link ModelSource#uri}. */
  static TokenizerSource uri(URI folder) {
    Objects.requireNonNull(folder, "folder");
    return streams(folder.toString(), StreamFiles.of(folder));
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
