package io.nextscale.var.model;

import io.nextscale.var.check.Shown;
import io.nextscale.var.checkpoint.Checkpoint;
import io.nextscale.var.checkpoint.CheckpointWeights;
import io.nextscale.var.scale.Scales;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Folder of a model: {@code vae.*} and {@code transformer.*} (.safetensors, .pth or .pt), or files
 * with the names of the published ones, such as {@code vae_ch160v4096z32.pth} and {@code
 * var_d16.pth}; and, where the shapes of the weights do not imply it, a {@code config.json}. The
 * folder of a tokenizer has the first of them only.
 *
 * @param path the folder
 */
public record ModelFolder(Path path) {
  /** Checks that no component is null. */
  public ModelFolder {
    Objects.requireNonNull(path, "path");
  }

  /**
   * Opens the model; the caller closes the result. Without a {@code config.json} the configuration
   * is inferred from the shapes of the weights.
   *
   * @throws ModelException if a file is missing or the configuration is wrong
   * @throws io.nextscale.var.checkpoint.CheckpointException if a weight file is malformed
   */
  public OpenModel open() {
    requireFolder();
    byte[] json = config();
    ModelSpec spec = json == null ? null : ConfigFile.parse(configPath().toString(), json);
    Checkpoint vae = Checkpoint.open(weights(WeightFiles.VAE, json), TokenizerInference.CHOICE);
    try {
      Checkpoint transformer =
          Checkpoint.open(weights(WeightFiles.TRANSFORMER, json), TransformerInference.CHOICE);
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
   * Opens the tokenizer; the caller closes the result. Without a {@code config.json} the
   * configuration is inferred from the shapes of its weights, and its scales from those of the
   * transformer, if there is one.
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
    Checkpoint vae = Checkpoint.open(weights(WeightFiles.VAE, json), TokenizerInference.CHOICE);
    return spec == null
        ? TokenizerSource.inferred(vae)
        : new OpenTokenizer(spec, new CheckpointWeights(vae), List.of(vae));
  }

  /**
   * Whether the folder holds a model rather than a tokenizer alone: its configuration describes a
   * transformer or, without a configuration, there is a weight file of a transformer.
   *
   * @throws ModelException if the configuration cannot be read
   */
  public boolean hasTransformer() {
    byte[] json = config();
    if (json == null) {
      return WeightFiles.TRANSFORMER.find(path) != null;
    }
    return ConfigFile.hasNetwork(configPath().toString(), json);
  }

  /**
   * Reads the scales in the configuration.
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

  /** Finds the weight file that the configuration names, else the one named after its part. */
  private Path weights(WeightFiles files, byte @Nullable [] json) {
    if (json != null) {
      Optional<String> named = ConfigFile.weightFile(configPath().toString(), json, files.part());
      if (named.isPresent()) {
        return named(files, named.get());
      }
    }
    Path found = files.find(path);
    if (found == null) {
      throw new ModelException(
          "model %s: it has none of %s, and no file with an official name of a %s"
              .formatted(path, files.ownNames(), files.part()));
    }
    return found;
  }

  private Path named(WeightFiles files, String name) {
    try {
      return path.resolve(name);
    } catch (InvalidPathException e) {
      throw new ModelException(
          "%s: the file of the %s, \"%s\", has no valid name"
              .formatted(configPath(), files.part(), Shown.name(name)),
          e);
    }
  }
}
