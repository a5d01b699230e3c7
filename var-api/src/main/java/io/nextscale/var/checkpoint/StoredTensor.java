package io.nextscale.var.checkpoint;

import io.nextscale.torch.DType;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A tensor in the memory of a mapped file: little-endian elements, not a copy.
 *
 * @param name key in the checkpoint
 * @param dtype type of the elements
 * @param shape sizes of the dimensions; empty for a scalar
 * @param strides elements between neighbours along each dimension, never negative
 * @param data read-only bytes from the first element to the last, valid until their checkpoint is
 *     closed; aligned only if the file aligns them
 */
public record StoredTensor(
    String name, DType dtype, long[] shape, long[] strides, MemorySegment data) {

  /** Throws {@link IllegalArgumentException} unless data has the size of shape and strides. */
  public StoredTensor {
    shape = shape.clone();
    strides = strides.clone();
    TensorLayout.bytes(TensorLayout.elementCount(shape), dtype.byteSize());
    long extent = TensorLayout.bytes(TensorLayout.extent(shape, strides), dtype.byteSize());
    if (data.byteSize() != extent) {
      throw new IllegalArgumentException(
          "data: %d bytes for %s of shape %s with strides %s, which takes %d"
              .formatted(
                  data.byteSize(),
                  dtype,
                  Arrays.toString(shape),
                  Arrays.toString(strides),
                  extent));
    }
    data = data.asReadOnly();
  }

  /**
   * Makes a tensor of contiguous elements in row-major order.
   *
   * @throws IllegalArgumentException unless data has the size of the shape
   */
  public static StoredTensor contiguous(
      String name, DType dtype, long[] shape, MemorySegment data) {
    return new StoredTensor(name, dtype, shape, TensorLayout.rowMajor(shape), data);
  }

  /**
   * Makes a float32 tensor of values on the heap, which are not copied.
   *
   * @throws IllegalArgumentException unless there are as many values as elements
   */
  public static StoredTensor of(String name, float[] values, long[] shape) {
    return contiguous(name, DType.FLOAT32, shape, MemorySegment.ofArray(values));
  }

  /**
   * Makes an int64 tensor of values on the heap, which are not copied.
   *
   * @throws IllegalArgumentException unless there are as many values as elements
   */
  public static StoredTensor of(String name, long[] values, long[] shape) {
    return contiguous(name, DType.INT64, shape, MemorySegment.ofArray(values));
  }

  /** Returns the same tensor under another name. */
  public StoredTensor withName(String newName) {
    return new StoredTensor(newName, dtype, shape, strides, data);
  }

  @Override
  public long[] shape() {
    return shape.clone();
  }

  @Override
  public long[] strides() {
    return strides.clone();
  }

  /** Number of dimensions. */
  public int rank() {
    return shape.length;
  }

  /** Whether the elements are contiguous in row-major order. */
  public boolean isContiguous() {
    return TensorLayout.isContiguous(shape, strides);
  }

  /** Whether the first element lies at a multiple of its size in memory. */
  public boolean isAligned() {
    return data.address() % dtype.byteSize() == 0;
  }

  /** Number of elements: the product of the shape, 1 for a scalar. */
  public long elementCount() {
    return TensorLayout.elementCount(shape);
  }

  /**
   * Size of all elements in bytes; it differs from that of data if the tensor is not contiguous.
   */
  public long byteSize() {
    return elementCount() * dtype.byteSize();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof StoredTensor that
        && name.equals(that.name)
        && dtype == that.dtype
        && Arrays.equals(shape, that.shape)
        && Arrays.equals(strides, that.strides)
        && data.equals(that.data);
  }

  @Override
  public int hashCode() {
    return 31 * name.hashCode() + data.hashCode();
  }

  @Override
  public String toString() {
    return name + " " + dtype + Arrays.toString(shape);
  }
}
