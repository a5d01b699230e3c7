package io.nextscale.var.model;

import io.nextscale.var.checkpoint.Checkpoint;
import io.nextscale.var.checkpoint.WeightSource;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Origin of a model: a folder, two weight files, streams, bytes, an address, or a published
 * architecture with random weights. It holds nothing open; each {@code ImageGenerator.load} opens
 * it anew.
 */
public interface ModelSource {
  /**
   * Opens the model: reads its configuration, maps its weights. Called when a generator is loaded,
   * which closes the result.
   *
   * @throws ModelException if the model is missing or its configuration is wrong
   * @throws io.nextscale.var.checkpoint.CheckpointException if a weight file is malformed
   */
  OpenModel open();

  /**
   * Takes a folder with files {@code vae.*} and {@code transformer.*} (.safetensors, .pth or .pt),
   * or with files of the published names (docs/FILES.md). Without a {@code config.json} the
   * configuration is inferred from the shapes of the weights.
   */
  static ModelSource folder(Path folder) {
    return new ModelFolder(folder)::open;
  }

  /**
   * Takes two weight files (.pth or .safetensors); the configuration is inferred from their shapes.
   *
   * @param vae weights of the tokenizer, such as {@code vae_ch160v4096z32.pth}
   * @param transformer weights of the transformer, such as {@code var_d16.pth}
   */
  static ModelSource files(Path vae, Path transformer) {
    return files(vae, transformer, null);
  }

  /**
   * Takes two weight files, as {@link #files(Path, Path)} does; they may be one and the same
   * checkpoint of VAR's trainer.
   *
   * @param key key of the transformer's weights in its file, such as {@code ema}; null for the
   *     usual keys
   */
  static ModelSource files(Path vae, Path transformer, @Nullable String key) {
    Objects.requireNonNull(vae, "vae");
    Objects.requireNonNull(transformer, "transformer");
    return () -> {
      Checkpoint first = Checkpoint.open(vae, TokenizerInference.CHOICE);
      try {
        Checkpoint second = Checkpoint.open(transformer, TransformerInference.CHOICE.orAt(key));
        return OpenModel.inferred(first, second);
      } catch (RuntimeException e) {
        first.close();
        throw e;
      }
    };
  }

  /**
   * Takes a model of streams, such as resources of a jar: {@code config.json}, {@code
   * vae.safetensors} and {@code transformer.safetensors}, or {@code .pth} instead. The content is
   * copied to native memory; a model of gigabytes is better a folder.
   *
   * <pre>{@code
   * ModelSource.streams("birds", file -> App.class.getResourceAsStream("/birds/" + file))
   * }</pre>
   *
   * @param name of the model, for messages
   * @param files opens a file by its name; null if there is no such file
   */
  static ModelSource streams(String name, StreamFiles files) {
    return new StreamedModel(name, files)::open;
  }

  /**
   * Takes a model from memory.
   *
   * @param files contents by name, see {@link #streams}
   */
  static ModelSource bytes(String name, Map<String, byte[]> files) {
    return streams(name, StreamFiles.of(files));
  }

  /**
   * Takes a model below an address, such as {@code https://host/model/}; whatever is there is
   * trusted to be the model that is meant. See {@link #streams}.
   *
   * @param folder an address with a scheme that Java opens, ending in a slash
   */
  static ModelSource uri(URI folder) {
    Objects.requireNonNull(folder, "folder");
    return streams(folder.toString(), StreamFiles.of(folder));
  }

  /**
   * Takes a published architecture with random weights, for benchmarks: its images are noise.
   *
   * @param name one of {@link OfficialModels#names}; an unknown name fails on opening
   * @param seed of the weights
   */
  static ModelSource randomPreset(String name, long seed) {
    Objects.requireNonNull(name, "name");
    return () -> {
      ModelSpec spec = OfficialModels.preset(name);
      WeightSource weights = RandomWeights.of(seed);
      return new OpenModel(spec, weights, weights, List.of());
    };
  }
}
