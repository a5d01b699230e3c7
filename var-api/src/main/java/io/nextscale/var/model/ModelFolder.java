package io.nextscale.var.model;

import io.nextscale.var.checkpoint.Checkpoint;
import io.nextscale.var.checkpoint.CheckpointWeights;
import io.nextscale.var.json.Json;
import io.nextscale.var.json.JsonException;
import io.nextscale.var.scale.Scales;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A folder with {@code vae.*} and {@code transformer.*} (.safetensors or .pth) and, if need be, a
 * {@code config.json}. A folder of a tokenizer has {@code vae.*} only.
 */
public record ModelFolder(Path path) {
  /**
   * Opens the model. Without a {@code config.json} the shapes of the weights tell its
   * configuration.
   *
   * @throws ModelException if a file is missing or the configuration is wrong
   * @throws io.nextscale.var.checkpoint.CheckpointException if a weight file is malformed
   */
  public OpenModel open() {
    requireFolder();
    byte[] json = config();
    ModelSpec spec = json == null ? null : ConfigFile.parse(configPath().toString(), json);
    Checkpoint vae = Checkpoint.open(weights("vae", 0, json));
    try {
      Checkpoint transformer = Checkpoint.open(weights("transformer", 1, json));
      if (spec == null) {
        return OpenModel.inferred(vae, transformer);
      }
      return new OpenModel(
          spec,
          new CheckpointWeights(vae),
          new CheckpointWeights(transformer),
          List.of(vae, transformer));
    } catch (RuntimeException e) {
      vae.close();
      throw e;
    }
  }

  /**
   * Opens the tokenizer. Without a {@code config.json} the shapes of its weights tell its
   * configuration, and those of the transformer its scales, if there is a transformer.
   *
   * @throws ModelException if its file is missing or the configuration is wrong
   * @throws io.nextscale.var.checkpoint.CheckpointException if a weight file is malformed
   */
  public OpenTokenizer openTokenizer() {
    requireFolder();
    byte[] json = config();
    if (json == null && hasTransformer()) {
      return TokenizerSource.of(ModelSource.folder(path)).open();
    }
    TokenizerSpec spec =
        json == null ? null : ConfigFile.parseTokenizer(configPath().toString(), json);
    Checkpoint vae = Checkpoint.open(weights("vae", 0, json));
    return spec == null
        ? TokenizerSource.inferred(vae)
        : new OpenTokenizer(spec, new CheckpointWeights(vae), List.of(vae));
  }

  /**
   * Whether the folder holds a whole model rather than a tokenizer alone: whether the configuration
   * describes a transformer or, without one, there is a weight file of it.
   *
   * @throws ModelException if the configuration cannot be read
   */
  public boolean hasTransformer() {
    byte[] json = config();
    if (json == null) {
      return find("transformer", "") != null;
    }
    try {
      return ConfigObject.of(configPath().toString(), Json.parse(json)).has("transformer");
    } catch (JsonException e) {
      throw new ModelException(configPath() + ": " + e.getMessage(), e);
    }
  }

  /**
   * The scales in the configuration.
   *
   * @return null if there is no configuration, or it names no scales
   * @throws ModelException if the configuration cannot be read or is wrong
   */
  public @Nullable Scales describedScales() {
    byte[] json = config();
    return json == null ? null : ConfigFile.parseScales(configPath().toString(), json);
  }

  private Path configPath() {
    return path.resolve("config.json");
  }

  private byte @Nullable [] config() {
    if (!Files.exists(configPath())) {
      return null;
    }
    try {
      return Files.readAllBytes(configPath());
    } catch (IOException e) {
      throw new ModelException(configPath() + ": cannot be read: " + e, e);
    }
  }

  private void requireFolder() {
    if (!Files.isDirectory(path)) {
      throw new ModelException("model " + path + ": no such folder");
    }
  }

  /** The weight file that the configuration names, else the one named after its part. */
  private Path weights(String part, int index, byte @Nullable [] json) {
    List<String> named =
        json == null ? List.of() : ConfigFile.weightFiles(configPath().toString(), json);
    Path file = find(part, named.isEmpty() ? "" : named.get(index));
    if (file == null) {
      throw new ModelException(
          "model %s: it has neither %s.safetensors nor %s.pth".formatted(path, part, part));
    }
    return file;
  }

  private @Nullable Path find(String part, String named) {
    for (String name : List.of(named, part + ".safetensors", part + ".pth")) {
      if (!name.isEmpty() && Files.isRegularFile(path.resolve(name))) {
        return path.resolve(name);
      }
    }
    return null;
  }
}
