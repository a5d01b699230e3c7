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

  /** How many of {@code prefix0suffix}, {@code prefix1suffix}, … there are. */
  int count(String prefix, String suffix) {
    int count = 0;
    while (has(prefix + count + suffix)) {
      count++;
    }
    return count;
  }

  /** Number of dimensions. */
  int rank(String key) {
    return tensor(key).shape().length;
  }

  /** One side of a tensor that has so many dimensions. */
  int size(String key, int dimensions, int index) {
    long[] shape = tensor(key).shape();
    if (shape.length != dimensions) {
      throw new ModelException(
          checkpoint.path()
              + ": "
              + key
              + " has "
              + shape.length
              + " dimensions, that of a known model has "
              + dimensions);
    }
    if (shape[index] > Integer.MAX_VALUE) {
      throw new ModelException(checkpoint.path() + ": " + key + " has a side of " + shape[index]);
    }
    return (int) shape[index];
  }

  private StoredTensor tensor(String key) {
    StoredTensor tensor = checkpoint.tensors().get(key);
    if (tensor == null) {
      throw new ModelException(
          checkpoint.path() + ": no " + key + ": this is not the " + part + " of a known model");
    }
    return tensor;
  }
}
