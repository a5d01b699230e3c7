package io.nextscale.var.model;

import io.nextscale.var.checkpoint.Checkpoint;
import io.nextscale.var.checkpoint.CheckpointWeights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Where a model comes from. */
public interface ModelSource {
  /**
   * Opens it: configuration and weights, as yet on disk.
   *
   * @throws ModelException if it is not there or is described wrongly
   * @throws io.nextscale.var.checkpoint.CheckpointException if a weight file is malformed
   */
  OpenModel open();

  /**
   * A folder with {@code config.json} and files {@code vae.*} and {@code transformer.*} (.pth or
   * .safetensors). Without a configuration it is inferred from the shapes of the weights.
   */
  static ModelSource folder(Path folder) {
    return () -> ModelFolder.open(folder);
  }

  /** Two weight files; the configuration is inferred from their shapes. */
  static ModelSource files(Path vae, Path transformer) {
    return () -> {
      Checkpoint first = Checkpoint.open(vae);
      try {
        Checkpoint second = Checkpoint.open(transformer);
        return OpenModel.inferred(first, second);
      } catch (RuntimeException e) {
        first.close();
        throw e;
      }
    };
  }

  /**
   * A published architecture with weights drawn from a seed: for benchmarks, its pictures are
   * noise.
   */
  static ModelSource randomPreset(String name, long seed) {
    return () -> {
      ModelSpec spec = OfficialModels.preset(name);
      RandomWeights weights = new RandomWeights(seed);
      return new OpenModel(spec, weights, weights, List.of());
    };
  }

  /** A model folder's contents. */
  final class ModelFolder {
    private ModelFolder() {}

    static OpenModel open(Path folder) {
      if (!Files.isDirectory(folder)) {
        throw new ModelException("model " + folder + ": no such folder");
      }
      Path config = folder.resolve("config.json");
      byte[] json = Files.exists(config) ? read(config) : null;
      List<String> named =
          json == null ? List.of() : ConfigFile.weightFiles(config.toString(), json);
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
}
