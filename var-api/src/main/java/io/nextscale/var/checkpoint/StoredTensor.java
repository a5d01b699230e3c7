package io.nextscale.var.checkpoint;

import io.nextscale.torch.DType;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A tensor in the memory of a mapped file: little-endian elements, not a copy. Only where the file
 * holds them deflated, they are unpacked when they are first asked for.
 */
public final class StoredTensor {
  private final String name;
  private final DType dtype;
  private final long[] shape;
  private final long[] strides;
  private final Supplier<MemorySegment> data;

  /**
   * Makes a tensor of given bytes.
   *
   * @param name key in the checkpoint
   * @param dtype type of the elements
   * @param shape sizes of the dimensions; empty for a scalar
   * @param strides elements between neighbours along each dimension, never negative
   * @param data bytes from the first element to the last
   * @throws IllegalArgumentException unless data has the size of shape and strides
   */
  public StoredTensor(String name, DType dtype, long[] shape, long[] strides, MemorySegment data) {
    this(
        name,
        dtype,
        Objects.requireNonNull(shape, "shape").clone(),
        Objects.requireNonNull(strides, "strides").clone(),
        readOnly(data));
    long extent = extentBytes();
    if (data.byteSize() != extent) {
      throw new IllegalArgumentException(
          "data: %s bytes for %s of shape %s with strides %s, which takes %s"
              .formatted(
                  data.byteSize(),
                  dtype,
                  Arrays.toString(shape),
                  Arrays.toString(strides),
                  extent));
    }
  }

  private StoredTensor(
      String name, DType dtype, long[] shape, long[] strides, Supplier<MemorySegment> data) {
    this.name = Objects.requireNonNull(name, "name");
    this.dtype = Objects.requireNonNull(dtype, "dtype");
    this.shape = shape;
    this.strides = strides;
    this.data = data;
  }

  private static Supplier<MemorySegment> readOnly(MemorySegment data) {
    Objects.requireNonNull(data, "data");
    MemorySegment view = data.asReadOnly();
    return () -> view;
  }

  /**
   * Makes a tensor whose bytes are read at first use.
   *
   * @param data gives bytes from the first element to the last
   * @throws IllegalArgumentException if shape and strides do not fit each other
   */
  static StoredTensor lazy(
      String name, DType dtype, long[] shape, long[] strides, Supplier<MemorySegment> data) {
    StoredTensor tensor =
        new StoredTensor(name, dtype, shape.clone(), strides.clone(), new Once(data));
    tensor.extentBytes();
    return tensor;
  }

  /** A supplier that is asked once. */
  private static final class Once implements Supplier<MemorySegment> {
    private final Supplier<MemorySegment> source;
    private @Nullable MemorySegment found;

    Once(Supplier<MemorySegment> source) {
      this.source = source;
    }

    @Override
    public synchronized MemorySegment get() {
      if (found == null) {
        found = source.get().asReadOnly();
      }
      return found;
    }
  }

  private long extentBytes() {
    TensorLayout.bytes(TensorLayout.elementCount(shape), dtype.byteSize());
    return TensorLayout.bytes(TensorLayout.extent(shape, strides), dtype.byteSize());
  }

  /**
   * Makes a tensor of contiguous elements in row-major order.
   *
   * @throws IllegalArgumentException unless data has the size of the shape
   */
  public static StoredTensor contiguous(
      String name, DType dtype, long[] shape, MemorySegment data) {
    Objects.requireNonNull(shape, "shape");
    return new StoredTensor(name, dtype, shape, TensorLayout.rowMajor(shape), data);
  }

  /**
   * Makes a float32 tensor of values on the heap, which are not copied.
   *
   * @throws IllegalArgumentException unless there are as many values as elements
   */
  public static StoredTensor of(String name, float[] values, long[] shape) {
    Objects.requireNonNull(values, "values");
    return contiguous(name, DType.FLOAT32, shape, MemorySegment.ofArray(values));
  }

  /**
   * Makes an int64 tensor of values on the heap, which are not copied.
   *
   * @throws IllegalArgumentException unless there are as many values as elements
   */
  public static StoredTensor of(String name, long[] values, long[] shape) {
    Objects.requireNonNull(values, "values");
    return contiguous(name, DType.INT64, shape, MemorySegment.ofArray(values));
  }

  /** Returns the same tensor under another name. */
  public StoredTensor withName(String newName) {
    return new StoredTensor(newName, dtype, shape, strides, data);
  }

  /** Key in the checkpoint. */
  public String name() {
    return name;
  }

  /** Type of the elements. */
  public DType dtype() {
    return dtype;
  }

  /** Sizes of the dimensions; empty for a scalar. */
  public long[] shape() {
    return shape.clone();
  }

  /** Elements between neighbours along each dimension, never negative. */
  public long[] strides() {
    return strides.clone();
  }

  /**
   * Read-only bytes from the first element to the last, valid until their checkpoint is closed;
   * aligned only if the file aligns them.
   *
   * @throws CheckpointException if they are deflated, and damaged
   */
  public MemorySegment data() {
    return data.get();
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
    return data().address() % dtype.byteSize() == 0;
  }

  /** Number of elements: the product of the shape, 1 for a scalar. */
  public long elementCount() {
    return TensorLayout.elementCount(shape);
  }

  /** Whether elements share memory: a dimension has stride 0, or rows reach into each other. */
  public boolean isOverlapping() {
    return elementCount() > TensorLayout.extent(shape, strides);
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
        && data().equals(that.data());
  }

  @Override
  public int hashCode() {
    return 31 * name.hashCode() + Arrays.hashCode(shape);
  }

  @Override
  public String toString() {
    return name + " " + dtype + Arrays.toString(shape);
  }
}
