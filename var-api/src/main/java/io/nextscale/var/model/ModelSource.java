package io.nextscale.var.model;

import io.nextscale.var.checkpoint.Checkpoint;
import io.nextscale.var.checkpoint.WeightSource;
import java.nio.file.Path;
import java.util.List;

/**
 * Origin of a model: a folder, two weight files, or a published architecture with random weights.
 * It holds nothing open; each {@code ImageGenerator.load} opens it anew.
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
   * Takes a folder with files {@code vae.*} and {@code transformer.*} (.pth or .safetensors) and a
   * {@code config.json}. Without a {@code config.json} the configuration is inferred from the
   * shapes of the weights.
   */
  static ModelSource folder(Path folder) {
    return new ModelFolder(folder)::open;
  }

  /**
   * Takes two weight files (.pth or .safetensors) of VAR or FlexVAR; the configuration is inferred
   * from their shapes.
   *
   * @param vae weights of the tokenizer, such as {@code vae_ch160v4096z32.pth}
   * @param transformer weights of the transformer, such as {@code var_d16.pth}
   */
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
   * Takes a published architecture with random weights, for benchmarks: its images are noise.
   *
   * @param name one of {@link OfficialModels#names}; an unknown name fails on opening
   * @param seed of the weights
   */
  static ModelSource randomPreset(String name, long seed) {
    return () -> {
      ModelSpec spec = OfficialModels.preset(name);
      WeightSource weights = RandomWeights.of(seed);
      return new OpenModel(spec, weights, weights, List.of());
    };
  }
}
