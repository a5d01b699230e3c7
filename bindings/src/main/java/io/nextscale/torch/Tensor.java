package io.nextscale.torch;

import io.nextscale.torch.abi.LibTorchAbi;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * An n-dimensional array in libtorch's memory: one native reference, freed by its {@link
 * TensorScope}.
 *
 * <p>Metadata, memory and element-wise arithmetic are here; every other operator is in {@link
 * Functional}. A tensor is used by one thread at a time, except that weights may be read by many.
 * Use after its scope closed: {@link IllegalStateException}.
 */
public final class Tensor implements AutoCloseable {
  private final long handle;
  private TensorScope owner;
  private boolean closed;
  private long @Nullable [] shape;
  private @Nullable DType dtype;
  private @Nullable Device device;
  private @Nullable Arena view;
  private @Nullable MemorySegment memory;
  private boolean opaque;

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

  // ---- creation -------------------------------------------------------------------------------

  /** A tensor whose elements are whatever the memory held. */
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

  /** A tensor with the same number everywhere. */
  public static Tensor full(double value, DType dtype, Device device, long... shape) {
    return Functional.fill(empty(dtype, device, shape), value);
  }

  /** A 0-dimensional float64 CPU tensor: how a number takes part in an operator on any device. */
  public static Tensor scalar(double value) {
    return TensorFactory.scalar(value);
  }

  /** A float32 CPU tensor with a copy of {@code values}, row-major. */
  public static Tensor of(float[] values, long... shape) {
    Tensor tensor = TensorFactory.forValues(DType.FLOAT32, values.length, shape);
    MemorySegment.copy(values, 0, tensor.segment(), ValueLayout.JAVA_FLOAT, 0, values.length);
    return tensor;
  }

  /** An int64 CPU tensor with a copy of {@code values}, row-major. */
  public static Tensor of(long[] values, long... shape) {
    Tensor tensor = TensorFactory.forValues(DType.INT64, values.length, shape);
    MemorySegment.copy(values, 0, tensor.segment(), ValueLayout.JAVA_LONG, 0, values.length);
    return tensor;
  }

  /** A bool CPU tensor with a copy of {@code values}, row-major. */
  public static Tensor of(boolean[] values, long... shape) {
    Tensor tensor = TensorFactory.forValues(DType.BOOL, values.length, shape);
    MemorySegment memory = tensor.segment();
    for (int i = 0; i < values.length; i++) {
      memory.set(ValueLayout.JAVA_BOOLEAN, i, values[i]);
    }
    return tensor;
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
    tensor.memory = memory;
    return tensor;
  }

  // ---- metadata ---------------------------------------------------------------------------------

  /** Sizes of all dimensions. */
  public long[] shape() {
    return sizes().clone();
  }

  private long[] sizes() {
    long live = handle();
    long[] known = shape;
    if (known == null) {
      known = TensorMetadata.sizes(live);
      shape = known;
    }
    return known;
  }

  /** Size of one dimension; negative numbers count from the last. */
  public long size(int dimension) {
    long[] all = sizes();
    int index = dimension < 0 ? dimension + all.length : dimension;
    if (index < 0 || index >= all.length) {
      throw new IllegalArgumentException(
          "dimension " + dimension + " of a tensor of shape " + Arrays.toString(all));
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
    return TensorMetadata.strides(handle());
  }

  /** Element type. */
  public DType dtype() {
    DType known = dtype;
    if (known == null) {
      known = TensorMetadata.dtype(handle());
      dtype = known;
    }
    return known;
  }

  /** Where the elements live. */
  public Device device() {
    Device known = device;
    if (known == null) {
      known = TensorMetadata.device(handle());
      device = known;
    }
    return known;
  }

  /** Whether the elements lie densely in row-major order. */
  public boolean isContiguous() {
    return TensorMetadata.isContiguous(handle());
  }

  // ---- memory -----------------------------------------------------------------------------------

  /**
   * The tensor's memory, shared, without a copy.
   *
   * <p>On the CPU: a view from the first to the last element that this tensor reaches, usable by
   * the calling thread until the tensor is freed or moved to another scope. On CUDA: a zero-length
   * segment at the device address, to hand on to other native code; the JVM must never read it
   * (copy with {@link #to(Device)}). On meta: NULL. Of {@link OneDnn#pack packed} weights: {@link
   * IllegalStateException}.
   */
  public MemorySegment segment() {
    if (opaque) {
      throw new IllegalStateException("packed weights cannot be read: " + this);
    }
    long address = TensorMetadata.dataAddress(handle());
    if (device().type() != Device.Type.CPU) {
      return MemorySegment.ofAddress(address);
    }
    Arena arena = view;
    if (arena == null) {
      arena = owner.isThreadConfined() ? Arena.ofConfined() : Arena.ofShared();
      view = arena;
    }
    long bytes = TensorMetadata.extent(sizes(), strides()) * dtype().byteSize();
    MemorySegment segment = MemorySegment.ofAddress(address).reinterpret(bytes, arena, null);
    return isReadOnly() ? segment.asReadOnly() : segment;
  }

  /**
   * If this wraps memory of a mapped file, lets the system take it out of RAM; it is read again
   * where it is used again.
   */
  public void unload() {
    MemorySegment wrapped = memory;
    if (wrapped != null && wrapped.isMapped()) {
      wrapped.unload();
    }
  }

  /** Marks a tensor whose memory only libtorch can read. */
  Tensor asOpaque() {
    opaque = true;
    return this;
  }

  /** Whether this wraps memory that must not be written, such as a mapped checkpoint. */
  private boolean isReadOnly() {
    return memory != null && memory.isReadOnly();
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

  // ---- conversion -------------------------------------------------------------------------------

  /** This tensor with another element type; itself if it has it already. */
  public Tensor to(DType type) {
    return dtype() == type ? this : Functional.toDtype(this, type);
  }

  /** This tensor on another device; itself if it is there already. */
  public Tensor to(Device target) {
    return device().equals(target) ? this : Functional.toDevice(this, target);
  }

  /** This tensor with dense row-major memory; itself if it has it already. */
  public Tensor contiguous() {
    return isContiguous() ? this : Functional.contiguous(this);
  }

  /** Element-wise sum. */
  public Tensor add(Tensor other) {
    return Functional.subtractScaled(this, other, -1);
  }

  /** Element-wise {@code this + factor·other}. */
  public Tensor addScaled(Tensor other, double factor) {
    return Functional.subtractScaled(this, other, -factor);
  }

  /** Element-wise difference. */
  public Tensor sub(Tensor other) {
    return Functional.subtractScaled(this, other, 1);
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
    return Functional.subtractScaled(this, scalar(value), -1);
  }

  /** Element-wise quotient. */
  public Tensor div(Tensor other) {
    return Functional.div(this, other);
  }

  // ---- shape ----

  /** The same elements in another shape; one size may be -1. */
  public Tensor reshape(long... sizes) {
    return Functional.reshape(this, sizes);
  }

  /** Dimensions in another order. */
  public Tensor permute(long... order) {
    return Functional.permute(this, order);
  }

  /** Two dimensions exchanged. */
  public Tensor transpose(int first, int second) {
    return Functional.transpose(this, first, second);
  }

  /** The part from {@code start}, {@code length} long, along a dimension; shares memory. */
  public Tensor narrow(int dimension, long start, long length) {
    return Functional.narrow(this, dimension, start, length);
  }

  /** One entry along a dimension, which disappears; shares memory. */
  public Tensor select(int dimension, long index) {
    return Functional.select(this, dimension, index);
  }

  /** A dimension of size one put in. */
  public Tensor unsqueeze(int dimension) {
    return Functional.unsqueeze(this, dimension);
  }

  /** Dimensions of size one repeated without a copy; -1 keeps a size. */
  public Tensor expand(long... sizes) {
    return Functional.expand(this, sizes);
  }

  /** Overwrites the elements with those of {@code source}, broadcast and converted. */
  public Tensor copyFrom(Tensor source) {
    if (isReadOnly()) {
      throw new IllegalStateException("this tensor wraps read-only memory: " + this);
    }
    InPlace.copy(this, source);
    return this;
  }

  /** Another reference to the same tensor, which joins the innermost scope. */
  public Tensor share() {
    return TensorFactory.share(handle());
  }

  // ---- lifetime ----

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
    closeView();
    owner = scope;
  }

  private void closeView() {
    if (view != null) {
      view.close();
      view = null;
    }
  }

  /** Frees the native reference before its scope does. Closing again does nothing. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      closeView();
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
