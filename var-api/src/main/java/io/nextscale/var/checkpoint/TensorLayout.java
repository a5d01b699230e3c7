package io.nextscale.var.checkpoint;

import java.util.Arrays;

/**
 * Computes with shapes and strides, both in elements, and checks for overflow. Bad arguments give
 * an {@link IllegalArgumentException} whose message a user can read.
 */
final class TensorLayout {
  /** Largest number of dimensions of a tensor, as in PyTorch. */
  static final int MAX_RANK = 64;

  private TensorLayout() {}

  /** Computes the product of the shape: 1 for a scalar. */
  static long elementCount(long[] shape) {
    if (shape.length > MAX_RANK) {
      throw new IllegalArgumentException(
          "shape of %s dimensions: expected at most %s".formatted(shape.length, MAX_RANK));
    }
    boolean empty = false;
    for (long size : shape) {
      if (size < 0) {
        throw new IllegalArgumentException("negative size in shape " + Arrays.toString(shape));
      }
      empty |= size == 0;
    }
    long count = empty ? 0 : 1;
    try {
      for (int i = 0; i < shape.length && !empty; i++) {
        count = Math.multiplyExact(count, shape[i]);
      }
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(
          "shape " + Arrays.toString(shape) + " with more elements than 64 bits can count", e);
    }
    return count;
  }

  /** Counts the elements of the storage from a tensor's first to its last, both included. */
  static long extent(long[] shape, long[] strides) {
    if (shape.length != strides.length) {
      throw new IllegalArgumentException(
          "shape " + Arrays.toString(shape) + " with strides " + Arrays.toString(strides));
    }
    if (elementCount(shape) == 0) {
      return 0;
    }
    long extent = 1;
    try {
      for (int i = 0; i < shape.length; i++) {
        if (strides[i] < 0) {
          throw new IllegalArgumentException("negative stride in " + Arrays.toString(strides));
        }
        extent = Math.addExact(extent, Math.multiplyExact(shape[i] - 1, strides[i]));
      }
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(
          "strides " + Arrays.toString(strides) + " that reach beyond 64 bits", e);
    }
    return extent;
  }

  /** Computes the size of elements in bytes. */
  static long bytes(long elements, int elementSize) {
    try {
      return Math.multiplyExact(elements, elementSize);
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(elements + " elements, more bytes than 64 bits count", e);
    }
  }

  /** Computes the strides of a contiguous tensor in row-major order. */
  static long[] rowMajor(long[] shape) {
    elementCount(shape);
    long[] strides = new long[shape.length];
    long step = 1;
    for (int i = shape.length - 1; i >= 0; i--) {
      strides[i] = step;
      step *= Math.max(1, shape[i]); // wraps only in tensors without elements
    }
    return strides;
  }

  /** Whether the elements are contiguous in row-major order; a size of 1 may have any stride. */
  static boolean isContiguous(long[] shape, long[] strides) {
    if (elementCount(shape) == 0) {
      return true;
    }
    long step = 1;
    for (int i = shape.length - 1; i >= 0; i--) {
      if (shape[i] != 1 && strides[i] != step) {
        return false;
      }
      step *= shape[i];
    }
    return true;
  }
}
