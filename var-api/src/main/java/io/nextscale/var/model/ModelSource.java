package io.nextscale.var.model;

import io.nextscale.var.checkpoint.Checkpoint;
import io.nextscale.var.checkpoint.WeightSource;
import java.nio.file.Path;
import java.util.List;

/** A place that a model comes from. */
public interface ModelSource {
  /**
   * Opens the model: reads its configuration, maps its weights.
   *
   * @throws ModelException if it is not there or is described wrongly
   * @throws io.nextscale.var.checkpoint.CheckpointException if a weight file is malformed
   */
  OpenModel open();

  /**
   * Takes a folder with {@code config.json} and files {@code vae.*} and {@code transformer.*} (.pth
   * or .safetensors). Without a configuration it is inferred from the shapes of the weights.
   */
  static ModelSource folder(Path folder) {
    return new ModelFolder(folder)::open;
  }

  /** Takes two weight files; the configuration is inferred from their shapes. */
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
   * Takes a published architecture and draws its weights from a seed, for benchmarks: its images
   * are noise.
   */
  static ModelSource randomPreset(String name, long seed) {
    return () -> {
      ModelSpec spec = OfficialModels.preset(name);
      WeightSource weights = RandomWeights.of(seed);
      return new OpenModel(spec, weights, weights, List.of());
    };
  }
}
