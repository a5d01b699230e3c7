package io.nextscale.var.model;

import io.nextscale.var.checkpoint.Checkpoint;
import io.nextscale.var.checkpoint.CheckpointWeights;
import io.nextscale.var.checkpoint.WeightSource;
import java.util.List;
import java.util.Objects;

/**
 * Opened model: its configuration, and its weights, which are still on disk.
 *
 * @param spec configuration
 * @param tokenizerWeights weights of the tokenizer
 * @param transformerWeights weights of the transformer
 * @param files mapped weight files; must stay open while weights are read
 */
public record OpenModel(
    ModelSpec spec,
    WeightSource tokenizerWeights,
    WeightSource transformerWeights,
    List<Checkpoint> files)
    implements AutoCloseable {
  /** Checks that no component is null. */
  public OpenModel {
    Objects.requireNonNull(spec, "spec");
    Objects.requireNonNull(tokenizerWeights, "tokenizerWeights");
    Objects.requireNonNull(transformerWeights, "transformerWeights");
    Objects.requireNonNull(files, "files");
  }

  /**
   * Opens a model whose configuration the shapes of its weights imply. Closes the transformer's
   * file if that fails.
   */
  static OpenModel inferred(Checkpoint vae, Checkpoint transformer) {
    try {
      return new OpenModel(
          ShapeInference.model(vae, transformer),
          new CheckpointWeights(vae),
          new CheckpointWeights(transformer),
          List.of(vae, transformer));
    } catch (RuntimeException e) {
      transformer.close();
      throw e;
    }
  }

  /** Closes the files. */
  @Override
  public void close() {
    files.forEach(Checkpoint::close);
  }
}
