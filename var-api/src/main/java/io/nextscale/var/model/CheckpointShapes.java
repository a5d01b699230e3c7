package io.nextscale.var.model;

import io.nextscale.var.checkpoint.Checkpoint;
import io.nextscale.var.checkpoint.StoredTensor;

/**
 * Shapes of the tensors in a weight file.
 *
 * @param checkpoint the weight file
 * @param part "tokenizer" or "transformer", for messages
 */
record CheckpointShapes(Checkpoint checkpoint, String part) {
  /** Whether the file has a tensor. */
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
   * Number of dimensions of a tensor.
   *
   * @throws ModelException if there is no such tensor
   */
  int rank(String key) {
    return tensor(key).shape().length;
  }

  /**
   * Size of one dimension of a tensor.
   *
   * @param dimensions number of dimensions that the tensor must have
   * @param index of the dimension
   * @throws ModelException if there is no such tensor, it has another number of dimensions, or the
   *     size is 0
   */
  int size(String key, int dimensions, int index) {
    long[] shape = tensor(key).shape();
    if (shape.length != dimensions) {
      throw new ModelException(
          "%s: %s has %s dimensions, in a known model it has %s"
              .formatted(checkpoint.path(), key, shape.length, dimensions));
    }
    if (shape[index] < 1 || shape[index] > Integer.MAX_VALUE) {
      throw new ModelException(
          "%s: %s has a dimension of %s: expected 1 to %s"
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
