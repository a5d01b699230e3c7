package io.nextscale.var.model;

import io.nextscale.var.checkpoint.Checkpoint;
import io.nextscale.var.checkpoint.CheckpointWeights;
import io.nextscale.var.checkpoint.WeightSource;
import java.util.List;

/**
 * An opened model: its configuration, and its weights that are still on disk.
 *
 * @param spec its configuration
 * @param tokenizerWeights weights of the tokenizer
 * @param transformerWeights weights of the transformer
 * @param files mapped for as long as the weights are used
 */
public record OpenModel(
    ModelSpec spec,
    WeightSource tokenizerWeights,
    WeightSource transformerWeights,
    List<Checkpoint> files)
    implements AutoCloseable {

  /**
   * Opens a model without a configuration, which the shapes of its weights imply. Closes the
   * transformer's file if that fails.
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

  @Override
  public void close() {
    files.forEach(Checkpoint::close);
  }
}
