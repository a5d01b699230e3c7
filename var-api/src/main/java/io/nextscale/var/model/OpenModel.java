package io.nextscale.var.model;

import io.nextscale.var.checkpoint.Checkpoint;
import io.nextscale.var.checkpoint.CheckpointWeights;
import io.nextscale.var.checkpoint.WeightSource;
import java.util.List;

/**
 * A model ready to be loaded.
 *
 * @param spec its configuration
 * @param tokenizerWeights what the tokenizer reads
 * @param transformerWeights what the transformer reads
 * @param files mapped for as long as the weights are used
 */
public record OpenModel(
    ModelSpec spec,
    WeightSource tokenizerWeights,
    WeightSource transformerWeights,
    List<Checkpoint> files)
    implements AutoCloseable {

  static OpenModel inferred(Checkpoint vae, Checkpoint transformer) {
    try {
      return new OpenModel(
          ShapeInference.infer(vae, transformer),
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
