package io.nextscale.torch;

import io.nextscale.torch.abi.LibTorchAbi;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * An n-dimensional array in libtorch's memory: one native reference, freed by its {@link
 * TensorScope}.
 *
 * <p>Creation, metadata, memory, conversion, shape and the four arithmetic operations are here;
 * further operators are in {@link Functional}, {@link Layers} and {@link InPlace}, gradients in
 * {@link Autograd}. A tensor is used by one thread at a time, except that weights may be read by
 * many. Use after its scope closed: {@link IllegalStateException}.
 */
public final class Tensor implements AutoCloseable {
  private final long handle;
  private TensorScope owner;
  private boolean closed;
  private @Nullable TensorMetadata metadata;
  private @Nullable TensorMemory memory;

  private Tensor(long handle, TensorScope owner) {
    this.handle = handle;
    this.owner = owner;
  }

  /** Takes over an owned native reference; it joins a scope of the calling thread. */
  static Tensor owning(long handle, TensorScope scope) {
    Tensor tensor = new Tensor(handle, scope);
    scope.add(tensor);
    Torch.tensorBorn();
    return tensor;
  }

  /** An uninitialised tensor: its elements are arbitrary. */
  public static Tensor empty(DType dtype, Device device, long... shape) {
    return TensorFactory.empty(dtype, device, false, shape);
  }

  /** An uninitialised tensor in page-locked host memory, for copies to and from CUDA. */
  public static Tensor emptyPinned(DType dtype, long... shape) {
    return TensorFactory.empty(dtype, Device.CPU, true, shape);
  }

  /** A tensor of zeros. */
  public static Tensor zeros(DType dtype, Device device, long... shape) {
    return full(0, dtype, device, shape);
  }

  /** A tensor with the same value everywhere. */
  public static Tensor full(double value, DType dtype, Device device, long... shape) {
    return InPlace.fill(empty(dtype, device, shape), value);
  }

  /** A 0-dimensional float64 CPU tensor: how a number takes part in an operator on any device. */
  public static Tensor scalar(double value) {
    return TensorFactory.scalar(value);
  }

  /** A float32 CPU tensor with a copy of {@code values}, row-major. */
  public static Tensor of(float[] values, long... shape) {
    return TensorFactory.of(values, shape);
  }

  /** An int64 CPU tensor with a copy of {@code values}, row-major. */
  public static Tensor of(long[] values, long... shape) {
    return TensorFactory.of(values, shape);
  }

  /** A bool CPU tensor with a copy of {@code values}, row-major. */
  public static Tensor of(boolean[] values, long... shape) {
    return TensorFactory.of(values, shape);
  }

  /**
   * A CPU tensor over existing native memory, such as a mapped file, without a copy.
   *
   * @param memory native (off-heap); its arena must stay open as long as this tensor or any view of
   *     it
   * @param strides in elements
   */
  public static Tensor wrap(MemorySegment memory, DType dtype, long[] shape, long[] strides) {
    Tensor tensor = TensorFactory.wrap(memory, dtype, shape, strides);
    tensor.memory = TensorMemory.wrapped(memory);
    return tensor;
  }

  /** Sizes of all dimensions. */
  public long[] shape() {
    return sizes().clone();
  }

  private long[] sizes() {
    return metadata().sizes(handle());
  }

  private TensorMetadata metadata() {
    TensorMetadata known = metadata;
    if (known == null) {
      known = new TensorMetadata();
      metadata = known;
    }
    return known;
  }

  /** Size of one dimension; negative numbers count from the last. */
  public long size(int dimension) {
    long[] all = sizes();
    int index = dimension < 0 ? dimension + all.length : dimension;
    if (index < 0 || index >= all.length) {
      throw new IllegalArgumentException(
          "dimension %d of a tensor of shape %s".formatted(dimension, Arrays.toString(all)));
    }
    return all[index];
  }

  /** Number of dimensions. */
  public int dim() {
    return sizes().length;
  }

  /** Number of elements. */
  public long numel() {
    long product = 1;
    for (long size : sizes()) {
      product *= size;
    }
    return product;
  }

  /** Distance in elements between neighbours along each dimension. */
  public long[] strides() {
    return TensorMetadata.strides(this);
  }

  /** Element type. */
  public DType dtype() {
    return metadata().dtype(handle());
  }

  /** Device on which the elements live. */
  public Device device() {
    return metadata().device(handle());
  }

  /** Whether the elements lie densely in row-major order. */
  public boolean isContiguous() {
    return TensorMetadata.isContiguous(this);
  }

  /**
   * The tensor's memory, shared, without a copy.
   *
   * <p>On the CPU: a view from the first to the last element that this tensor reaches, usable by
   * the calling thread until the tensor is freed or moved to another scope. On CUDA: a zero-length
   * segment at the device address, to hand on to other native code; the JVM must never read it
   * (copy with {@link #to(Device)}). On meta: NULL.
   *
   * @throws IllegalStateException if this is {@linkplain #asOpaque opaque}
   */
  public MemorySegment segment() {
    TensorMemory known = memory;
    if (known == null) {
      known = TensorMemory.own();
      memory = known;
    }
    if (known.isOpaque()) {
      throw new IllegalStateException("packed weights cannot be read: " + this);
    }
    long address = TensorMetadata.dataAddress(this);
    if (device().type() != Device.Type.CPU) {
      return MemorySegment.ofAddress(address);
    }
    long extent = TensorMetadata.extent(sizes(), strides());
    return known.view(address, extent * dtype().byteSize(), owner.isThreadConfined());
  }

  /**
   * If this wraps memory of a mapped file, lets the system take it out of RAM; it is read again
   * where it is used again.
   */
  public void unload() {
    if (memory != null) {
      memory.unload();
    }
  }

  /**
   * Marks a tensor whose memory has an order that only some of libtorch's operators know, so that
   * {@link #segment} refuses it.
   *
   * @return this tensor
   */
  public Tensor asOpaque() {
    memory = TensorMemory.opaque();
    return this;
  }

  /** The elements in row-major order; float16, bfloat16 and float64 are converted. */
  public float[] toFloats() {
    try (TensorScope scope = TensorScope.open()) {
      return host(DType.FLOAT32).toArray(ValueLayout.JAVA_FLOAT);
    }
  }

  /** The elements in row-major order, as int64. */
  public long[] toLongs() {
    try (TensorScope scope = TensorScope.open()) {
      return host(DType.INT64).toArray(ValueLayout.JAVA_LONG);
    }
  }

  private MemorySegment host(DType type) {
    return to(type).to(Device.CPU).contiguous().segment();
  }

  /** This tensor with another element type; itself if it has it already. */
  public Tensor to(DType type) {
    return dtype() == type ? this : TensorOperators.toDtype(this, type);
  }

  /** This tensor on another device; itself if it is there already. */
  public Tensor to(Device target) {
    return device().equals(target) ? this : TensorOperators.toDevice(this, target);
  }

  /** This tensor with dense row-major memory; itself if it has it already. */
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

  /** Product with a number. */
  public Tensor mul(double factor) {
    return Functional.mul(this, scalar(factor));
  }

  /** Sum with a number. */
  public Tensor add(double value) {
    return Functional.add(this, scalar(value), 1);
  }

  /** Element-wise quotient. */
  public Tensor div(Tensor other) {
    return Functional.div(this, other);
  }

  /** The same elements in another shape; one size may be -1. */
  public Tensor reshape(long... sizes) {
    return TensorOperators.reshape(this, sizes);
  }

  /** Dimensions in another order. */
  public Tensor permute(long... order) {
    return TensorOperators.permute(this, order);
  }

  /** Two dimensions exchanged. */
  public Tensor transpose(int first, int second) {
    return TensorOperators.transpose(this, first, second);
  }

  /** The part from {@code start}, {@code length} long, along a dimension; shares memory. */
  public Tensor narrow(int dimension, long start, long length) {
    return TensorOperators.narrow(this, dimension, start, length);
  }

  /** One entry along a dimension, which disappears; shares memory. */
  public Tensor select(int dimension, long index) {
    return TensorOperators.select(this, dimension, index);
  }

  /** A dimension of size one put in. */
  public Tensor unsqueeze(int dimension) {
    return TensorOperators.unsqueeze(this, dimension);
  }

  /** Dimensions of size one repeated without a copy; -1 keeps a size. */
  public Tensor expand(long... sizes) {
    return TensorOperators.expand(this, sizes);
  }

  /** Overwrites the elements with those of {@code source}, broadcast and converted. */
  public Tensor copyFrom(Tensor source) {
    if (memory != null && memory.isReadOnly()) {
      throw new IllegalStateException("this tensor wraps read-only memory: " + this);
    }
    InPlace.copy(this, source);
    return this;
  }

  /** Another reference to the same tensor, which joins the innermost scope. */
  public Tensor share() {
    return TensorFactory.share(MemorySegment.ofAddress(handle()));
  }

  long handle() {
    if (closed) {
      throw new IllegalStateException("this tensor is freed: its TensorScope is closed");
    }
    return handle;
  }

  boolean belongsTo(TensorScope scope) {
    return !closed && owner == scope;
  }

  void moveTo(TensorScope scope) {
    handle();
    closeViews();
    owner = scope;
  }

  private void closeViews() {
    if (memory != null) {
      memory.close();
    }
  }

  /** Frees the native reference before its scope does. Closing again does nothing. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      closeViews();
      deleteHandle(handle);
      memory = null;
      owner.forget(this);
      Torch.tensorFreed();
    }
  }

  static void deleteHandle(long handle) {
    Failure.check(
        LibTorchAbi.aoti_torch_delete_tensor_object(MemorySegment.ofAddress(handle)),
        "freeing a tensor");
  }

  @Override
  public String toString() {
    return closed ? "freed tensor" : dtype() + Arrays.toString(sizes()) + " on " + device();
  }
}
