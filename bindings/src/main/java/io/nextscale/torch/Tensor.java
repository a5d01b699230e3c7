package io.nextscale.torch;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * An n-dimensional array in libtorch's memory: one native reference, freed by its {@link
 * TensorScope}.
 *
 * <p>Creation, metadata, memory, conversion, shape and the four arithmetic operations are here;
 * further operators are in {@link Functional}, {@link Layers}, {@link Comparison}, {@link
 * Reduction}, {@link Indexing} and {@link InPlace}, all others in {@link Operator}, gradients in
 * {@link Autograd}. One thread at a time writes a tensor, but many may read it. After its scope is
 * closed, every use throws {@link IllegalStateException}.
 */
public final class Tensor extends TensorReference implements AutoCloseable {
  private @Nullable TensorMetadata metadata;

  private Tensor(long handle, TensorScope owner) {
    super(handle, owner);
  }

  /** Makes a tensor of an owned native reference, which joins a scope of the calling thread. */
  static Tensor owning(long handle, TensorScope scope) {
    Tensor tensor = new Tensor(handle, scope);
    scope.add(tensor);
    Torch.tensorBorn();
    return tensor;
  }

  /** Makes an uninitialized tensor. */
  public static Tensor empty(DType dtype, Device device, long... shape) {
    return TensorFactory.empty(dtype, device, false, shape);
  }

  /** Makes an uninitialized tensor in page-locked host memory, for copies to and from CUDA. */
  public static Tensor emptyPinned(DType dtype, long... shape) {
    return TensorFactory.empty(dtype, Device.CPU, true, shape);
  }

  /** Makes a tensor of zeros. */
  public static Tensor zeros(DType dtype, Device device, long... shape) {
    return full(0, dtype, device, shape);
  }

  /** Makes a tensor with one value in all elements. */
  public static Tensor full(double value, DType dtype, Device device, long... shape) {
    return InPlace.fill(empty(dtype, device, shape), value);
  }

  /** Makes a 0-dimensional float64 CPU tensor, which operators on any device take as a number. */
  public static Tensor scalar(double value) {
    return TensorFactory.scalar(value);
  }

  /** Makes a float32 CPU tensor with a copy of {@code values}, row-major. */
  public static Tensor of(float[] values, long... shape) {
    return TensorFactory.of(values, shape);
  }

  /** Makes an int64 CPU tensor with a copy of {@code values}, row-major. */
  public static Tensor of(long[] values, long... shape) {
    return TensorFactory.of(values, shape);
  }

  /** Makes a float64 CPU tensor with a copy of {@code values}, row-major. */
  public static Tensor of(double[] values, long... shape) {
    return TensorFactory.of(values, shape);
  }

  /** Makes an int32 CPU tensor with a copy of {@code values}, row-major. */
  public static Tensor of(int[] values, long... shape) {
    return TensorFactory.of(values, shape);
  }

  /** Makes an int16 CPU tensor with a copy of {@code values}, row-major. */
  public static Tensor of(short[] values, long... shape) {
    return TensorFactory.of(values, shape);
  }

  /** Makes an int8 CPU tensor with a copy of {@code values}, row-major. */
  public static Tensor of(byte[] values, long... shape) {
    return TensorFactory.of(values, shape);
  }

  /** Makes a bool CPU tensor with a copy of {@code values}, row-major. */
  public static Tensor of(boolean[] values, long... shape) {
    return TensorFactory.of(values, shape);
  }

  /**
   * Makes a CPU tensor over existing native memory, such as a mapped file, without a copy.
   *
   * @param memory native (off-heap) memory, aligned for the element type; the tensor and its views
   *     end with its arena, and keep the memory of an automatic one
   * @param strides strides in elements, at least 0
   * @throws IllegalArgumentException if the memory is on the heap, too small or not aligned, or
   *     strides do not fit the shape
   */
  public static Tensor wrap(MemorySegment memory, DType dtype, long[] shape, long[] strides) {
    return TensorFactory.wrap(memory, dtype, shape, strides);
  }

  /** Sizes of all dimensions. */
  public long[] shape() {
    return sizes().clone();
  }

  private long[] sizes() {
    return metadata().sizes(this);
  }

  private TensorMetadata metadata() {
    TensorMetadata known = metadata;
    if (known == null) {
      known = new TensorMetadata();
      metadata = known;
    }
    return known;
  }

  /**
   * Returns the size of one dimension.
   *
   * @param dimension index from 0, or from the last if negative
   * @throws IllegalArgumentException if there is no such dimension
   */
  public long size(int dimension) {
    return Shapes.size(sizes(), dimension);
  }

  /** Number of dimensions. */
  public int dim() {
    return sizes().length;
  }

  /** Number of elements. */
  public long numel() {
    return Shapes.product(sizes());
  }

  /** Distance in elements between neighbours along each dimension. */
  public long[] strides() {
    return TensorMetadata.strides(this);
  }

  /** Element type. */
  public DType dtype() {
    return metadata().dtype(this);
  }

  /** Element type, or null if it is one of libtorch's that Java does not have. */
  @Nullable DType dtypeOrNull() {
    return metadata().dtypeOrNull(this);
  }

  /** Device of the elements. */
  public Device device() {
    return metadata().device(this);
  }

  /** Whether the elements lie densely in row-major order. */
  public boolean isContiguous() {
    return TensorMetadata.isContiguous(this);
  }

  /**
   * Returns the tensor's memory, without a copy.
   *
   * <p>On the CPU: a view from the first to the last element that this tensor reaches, usable by
   * the calling thread until the tensor is freed or moved to another scope; of wrapped memory, as
   * long as that is. On CUDA: a zero-length segment at the device address, to hand on to other
   * native code; the JVM must never read it (copy with {@link #to(Device)}). On meta: NULL.
   *
   * @throws IllegalStateException if this is {@linkplain #asOpaque opaque}, or belongs to the scope
   *     of another thread ({@link #share} it first)
   */
  public MemorySegment segment() {
    synchronized (this) { // other threads close it before, or end the view
      owner().requireThread();
      return TensorArrays.segment(this);
    }
  }

  /**
   * Lets the system take the memory out of RAM if it is that of a mapped file, which is read again
   * at the next use.
   */
  public void unload() {
    requireOpen();
    TensorMemory known = memory();
    if (known != null) {
      known.unload();
    }
  }

  /**
   * Marks a tensor whose memory has a layout that only some of libtorch's operators know; {@link
   * #segment} then throws.
   *
   * @return this tensor
   */
  public Tensor asOpaque() {
    markOpaque();
    return this;
  }

  /** Copies the elements in row-major order, converted to float32. */
  public float[] toFloats() {
    return TensorArrays.floats(this);
  }

  /** Copies the elements in row-major order, converted to float64. */
  public double[] toDoubles() {
    return TensorArrays.doubles(this);
  }

  /** Copies the elements in row-major order, converted to int64. */
  public long[] toLongs() {
    return TensorArrays.longs(this);
  }

  /** Copies the elements in row-major order, converted to int32. */
  public int[] toInts() {
    return TensorArrays.ints(this);
  }

  /** Copies the elements in row-major order, converted to int16. */
  public short[] toShorts() {
    return TensorArrays.shorts(this);
  }

  /** Copies the elements in row-major order, converted to int8; uint8 keeps its bits. */
  public byte[] toBytes() {
    return TensorArrays.bytes(this);
  }

  /** Copies the elements in row-major order, converted to bool: whether each is not 0. */
  public boolean[] toBooleans() {
    return TensorArrays.booleans(this);
  }

  /**
   * Returns the value of a tensor of one element.
   *
   * @throws IllegalArgumentException if it has another number of elements
   */
  public double item() {
    return TensorArrays.item(this);
  }

  /** As {@link #item}, for integers that a double cannot hold. */
  public long itemLong() {
    return TensorArrays.itemLong(this);
  }

  /** Converts to an element type; returns this tensor if it has the type. */
  public Tensor to(DType type) {
    return dtype() == type ? this : TensorOperators.toDtype(this, type);
  }

  /** Copies to a device; returns this tensor if it is there. */
  public Tensor to(Device target) {
    return device().equals(target) ? this : TensorOperators.toDevice(this, target);
  }

  /** Copies to dense row-major memory; returns this tensor if it has it. */
  public Tensor contiguous() {
    return isContiguous() ? this : TensorOperators.contiguous(this);
  }

  /** Element-wise sum. */
  public Tensor add(Tensor other) {
    return Functional.add(this, other, 1);
  }

  /** Element-wise {@code this + alpha · other}. */
  public Tensor add(Tensor other, double alpha) {
    return Functional.add(this, other, alpha);
  }

  /** Element-wise difference. */
  public Tensor sub(Tensor other) {
    return Functional.sub(this, other, 1);
  }

  /** Element-wise product. */
  public Tensor mul(Tensor other) {
    return Functional.mul(this, other);
  }

  /** Product with a number, which makes integers float32. */
  public Tensor mul(double value) {
    return Functional.mul(this, Promotion.tensor(value, this));
  }

  /** Product with an integer. */
  public Tensor mul(long value) {
    return Functional.mul(this, Promotion.tensor(value, this));
  }

  /** Sum with a number, which makes integers float32. */
  public Tensor add(double value) {
    return Functional.add(this, Promotion.tensor(value, this), 1);
  }

  /** Sum with an integer. */
  public Tensor add(long value) {
    return Functional.add(this, Promotion.tensor(value, this), 1);
  }

  /** Element-wise quotient. */
  public Tensor div(Tensor other) {
    return Functional.div(this, other);
  }

  /** Returns the same elements in another shape; one size may be -1. */
  public Tensor reshape(long... sizes) {
    return TensorOperators.reshape(this, sizes);
  }

  /** Returns the dimensions in another order; shares memory. */
  public Tensor permute(long... order) {
    return TensorOperators.permute(this, order);
  }

  /** Exchanges two dimensions; shares memory. */
  public Tensor transpose(int first, int second) {
    return TensorOperators.transpose(this, first, second);
  }

  /** Returns {@code length} entries from {@code start} along a dimension; shares memory. */
  public Tensor narrow(int dimension, long start, long length) {
    return TensorOperators.narrow(this, dimension, start, length);
  }

  /** Returns one entry along a dimension, which disappears; shares memory. */
  public Tensor select(int dimension, long index) {
    return TensorOperators.select(this, dimension, index);
  }

  /** Inserts a dimension of size one; shares memory. */
  public Tensor unsqueeze(int dimension) {
    return TensorOperators.unsqueeze(this, dimension);
  }

  /** Repeats dimensions of size one; -1 keeps a size; shares memory. */
  public Tensor expand(long... sizes) {
    return TensorOperators.expand(this, sizes);
  }

  /**
   * Overwrites the elements with those of {@code source}, broadcast and converted.
   *
   * @return this tensor
   * @throws IllegalStateException if this is over read-only memory
   */
  public Tensor copyFrom(Tensor source) {
    InPlace.copy(this, source);
    return this;
  }

  /** Makes another reference to the same tensor, which joins the innermost scope. */
  public Tensor share() {
    return TensorFactory.share(this);
  }

  /** Frees the native reference before its scope does. Closing again does nothing. */
  @Override
  public void close() {
    if (closeOnce()) {
      owner().forget(this);
    }
  }

  /**
   * Returns element type, shape, device, and the elements, rounded, with the middle of long rows
   * left out.
   */
  public String toText() {
    return TensorText.of(this);
  }

  /** Element type, shape and device, as in {@code float32[2, 3] on cpu}. */
  @Override
  public String toString() {
    return isClosed() ? "freed tensor" : TensorMetadata.describe(this);
  }
}
