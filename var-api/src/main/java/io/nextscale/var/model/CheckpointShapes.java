package io.nextscale.var.model;

import io.nextscale.var.checkpoint.Checkpoint;
import io.nextscale.var.checkpoint.StoredTensor;

/**
 * The shapes of the tensors in a weight file.
 *
 * @param part "tokenizer" or "transformer", for messages
 */
record CheckpointShapes(Checkpoint checkpoint, String part) {
  boolean has(String key) {
    return checkpoint.tensors().containsKey(key);
  }

  /** Counts the keys {@code prefix0suffix}, {@code prefix1suffix}, … up to the first gap. */
  int count(String prefix, String suffix) {
    int count = 0;
    while (has(prefix + count + suffix)) {
      count++;
    }
    return count;
  }

  /**
   * Gives the number of dimensions of a tensor.
   *
   * @throws ModelException if it is missing
   */
  int rank(String key) {
    return tensor(key).shape().length;
  }

  /**
   * Gives one side of a tensor.
   *
   * @throws ModelException if it is missing, or has another number of dimensions
   */
  int size(String key, int dimensions, int index) {
    long[] shape = tensor(key).shape();
    if (shape.length != dimensions) {
      throw new ModelException(
          "%s: %s has %d dimensions, that of a known model has %d"
              .formatted(checkpoint.path(), key, shape.length, dimensions));
    }
    if (shape[index] > Integer.MAX_VALUE) {
      throw new ModelException(
          "%s: %s has a side of %d: expected %d at most"
              .formatted(checkpoint.path(), key, shape[index], Integer.MAX_VALUE));
    }
    return (int) shape[index];
  }

  private StoredTensor tensor(String key) {
    StoredTensor tensor = checkpoint.tensors().get(key);
    if (tensor == null) {
      throw new ModelException(
          "%s: no %s: this is not the %s of a known model".formatted(checkpoint.path(), key, part));
    }
    return tensor;
  }
}
