package io.nextscale.torch;

import io.nextscale.torch.abi.LibTorchAbi;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Reads what libtorch knows about a tensor handle. */
final class TensorMetadata {
  private static final ThreadLocal<MemorySegment> OUT =
      ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(ValueLayout.JAVA_LONG));

  private TensorMetadata() {}

  static long[] sizes(long handle) {
    MemorySegment tensor = MemorySegment.ofAddress(handle);
    MemorySegment out = OUT.get();
    Failure.check(LibTorchAbi.aoti_torch_get_sizes(tensor, out), "get_sizes");
    return borrowed(tensor, out);
  }

  static long[] strides(long handle) {
    MemorySegment tensor = MemorySegment.ofAddress(handle);
    MemorySegment out = OUT.get();
    Failure.check(LibTorchAbi.aoti_torch_get_strides(tensor, out), "get_strides");
    return borrowed(tensor, out);
  }

  private static long[] borrowed(MemorySegment tensor, MemorySegment out) {
    MemorySegment array = out.get(ValueLayout.ADDRESS, 0);
    Failure.check(LibTorchAbi.aoti_torch_get_dim(tensor, out), "get_dim");
    long dim = out.get(ValueLayout.JAVA_LONG, 0);
    return dim == 0
        ? new long[0]
        : array.reinterpret(dim * Long.BYTES).toArray(ValueLayout.JAVA_LONG);
  }

  static DType dtype(long handle) {
    MemorySegment out = OUT.get();
    Failure.check(
        LibTorchAbi.aoti_torch_get_dtype(MemorySegment.ofAddress(handle), out), "get_dtype");
    return DType.of(out.get(ValueLayout.JAVA_INT, 0));
  }

  static Device device(long handle) {
    MemorySegment tensor = MemorySegment.ofAddress(handle);
    MemorySegment out = OUT.get();
    Failure.check(LibTorchAbi.aoti_torch_get_device_type(tensor, out), "get_device_type");
    int type = out.get(ValueLayout.JAVA_INT, 0);
    Failure.check(LibTorchAbi.aoti_torch_get_device_index(tensor, out), "get_device_index");
    return Device.of(type, out.get(ValueLayout.JAVA_INT, 0));
  }

  static boolean isContiguous(long handle) {
    MemorySegment out = OUT.get();
    Failure.check(
        LibTorchAbi.aoti_torch_is_contiguous(MemorySegment.ofAddress(handle), out),
        "is_contiguous");
    return out.get(ValueLayout.JAVA_BOOLEAN, 0);
  }

  static long dataAddress(long handle) {
    MemorySegment out = OUT.get();
    Failure.check(
        LibTorchAbi.aoti_torch_get_data_ptr(MemorySegment.ofAddress(handle), out), "get_data_ptr");
    return out.get(ValueLayout.JAVA_LONG, 0);
  }

  /** Number of elements from the first to the last one that a tensor reaches. */
  static long extent(long[] sizes, long[] strides) {
    long last = 0;
    for (int i = 0; i < sizes.length; i++) {
      if (sizes[i] == 0) {
        return 0;
      }
      last = Math.addExact(last, Math.multiplyExact(sizes[i] - 1, strides[i]));
    }
    return last + 1;
  }

  /** Strides of dense row-major memory. */
  static long[] contiguousStrides(long[] sizes) {
    long[] strides = new long[sizes.length];
    long step = 1;
    for (int i = sizes.length - 1; i >= 0; i--) {
      strides[i] = step;
      step = Math.multiplyExact(step, Math.max(sizes[i], 1));
    }
    return strides;
  }
}
