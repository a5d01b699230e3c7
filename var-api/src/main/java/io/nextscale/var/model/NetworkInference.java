package io.nextscale.var.model;

import io.nextscale.var.checkpoint.Checkpoint;
import java.util.Map;

/** The part of a configuration that the weights of a network imply. */
interface NetworkInference {
  /** The family of such networks. */
  Family family();

  /** Name of a published model of these sizes, or one like it. */
  String name();

  /** Number of classes, without "no class". */
  int classes();

  /**
   * The keys of a {@code config.json} beside those of the tokenizer.
   *
   * @throws ModelException if the weights do not imply one of them
   */
  Map<String, Object> keys();

  /** Looks at a weight file. */
  static NetworkInference of(Checkpoint checkpoint) {
    CheckpointShapes shapes = new CheckpointShapes(checkpoint, "transformer");
    if (shapes.has(LlamaInference.TOKENS)) {
      return new LlamaInference(checkpoint, shapes);
    }
    return shapes.has(AimInference.CODES)
        ? new AimInference(shapes)
        : new TransformerInference(checkpoint, shapes);
  }
}
