package io.nextscale.var.model;

import io.nextscale.var.checkpoint.Checkpoint;
import io.nextscale.var.checkpoint.CheckpointWeights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A folder with a configuration and two weight files. */
final class ModelFolder {
  private ModelFolder() {}

  static OpenModel open(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new ModelException("model " + folder + ": no such folder");
    }
    Path config = folder.resolve("config.json");
    byte[] json = Files.exists(config) ? read(config) : null;
    List<String> named = json == null ? List.of() : ConfigFile.weightFiles(config.toString(), json);
    ModelSpec spec = json == null ? null : ConfigFile.parse(config.toString(), json);
    Checkpoint vae = Checkpoint.open(weights(folder, "vae", named, 0));
    try {
      Checkpoint transformer = Checkpoint.open(weights(folder, "transformer", named, 1));
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

  static OpenTokenizer openTokenizer(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new ModelException("model " + folder + ": no such folder");
    }
    Path config = folder.resolve("config.json");
    byte[] json = Files.exists(config) ? read(config) : null;
    List<String> named = json == null ? List.of() : ConfigFile.weightFiles(config.toString(), json);
    TokenizerSpec spec = json == null ? null : ConfigFile.parseTokenizer(config.toString(), json);
    Checkpoint vae = Checkpoint.open(weights(folder, "vae", named, 0));
    return spec == null
        ? TokenizerSource.inferred(vae)
        : new OpenTokenizer(spec, new CheckpointWeights(vae), List.of(vae));
  }

  private static byte[] read(Path config) {
    try {
      return Files.readAllBytes(config);
    } catch (IOException e) {
      throw new ModelException(config + ": cannot be read: " + e, e);
    }
  }

  private static Path weights(Path folder, String stem, List<String> named, int index) {
    String name = named.isEmpty() ? "" : named.get(index);
    for (String candidate : List.of(name, stem + ".safetensors", stem + ".pth")) {
      if (!candidate.isEmpty() && Files.isRegularFile(folder.resolve(candidate))) {
        return folder.resolve(candidate);
      }
    }
    throw new ModelException(
        "model " + folder + ": it has neither " + stem + ".safetensors nor " + stem + ".pth");
  }
}
