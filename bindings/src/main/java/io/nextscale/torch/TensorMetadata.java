package io.nextscale.torch;

import io.nextscale.torch.abi.LibTorchAbi;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * Reads the metadata of tensors. Sizes, element type and device are kept after the first reading,
 * and are read by handle, so that a message about a tensor can show them.
 */
final class TensorMetadata {
  private long @Nullable [] sizes;
  private @Nullable DType dtype;
  private @Nullable Device device;

  long[] sizes(long handle) {
    long[] known = sizes;
    if (known == null) {
      known = readSizes(handle);
      VarHandle.storeStoreFence(); // another thread that reads the tensor sees no empty array
      sizes = known;
    }
    return known;
  }

  DType dtype(long handle) {
    DType known = dtype;
    if (known == null) {
      known = readDtype(handle);
      dtype = known;
    }
    return known;
  }

  Device device(long handle) {
    Device known = device;
    if (known == null) {
      known = readDevice(handle);
      device = known;
    }
    return known;
  }

  private static long[] readSizes(long handle) {
    MemorySegment tensor = MemorySegment.ofAddress(handle);
    NativeCall call = NativeCall.begin();
    call.check(LibTorchAbi.aoti_torch_get_sizes(tensor, call.slot()), "get_sizes");
    return borrowed(tensor, call);
  }

  private static DType readDtype(long handle) {
    NativeCall call = NativeCall.begin();
    call.check(
        LibTorchAbi.aoti_torch_get_dtype(MemorySegment.ofAddress(handle), call.slot()),
        "get_dtype");
    return DType.of(call.slot().get(ValueLayout.JAVA_INT, 0));
  }

  private static Device readDevice(long handle) {
    MemorySegment tensor = MemorySegment.ofAddress(handle);
    NativeCall call = NativeCall.begin();
    call.check(LibTorchAbi.aoti_torch_get_device_type(tensor, call.slot()), "get_device");
    int type = call.slot().get(ValueLayout.JAVA_INT, 0);
    call.check(LibTorchAbi.aoti_torch_get_device_index(tensor, call.slot()), "get_device");
    return Device.of(type, call.slot().get(ValueLayout.JAVA_INT, 0));
  }

  static long[] strides(Tensor tensor) {
    NativeCall call = NativeCall.begin();
    MemorySegment handle = call.handle(tensor);
    call.check(LibTorchAbi.aoti_torch_get_strides(handle, call.slot()), "get_strides", tensor);
    return borrowed(handle, call);
  }

  private static long[] borrowed(MemorySegment handle, NativeCall call) {
    MemorySegment array = call.slot().get(ValueLayout.ADDRESS, 0);
    call.check(LibTorchAbi.aoti_torch_get_dim(handle, call.slot()), "get_dim");
    long dim = call.slot().get(ValueLayout.JAVA_LONG, 0);
    return dim == 0
        ? new long[0]
        : array.reinterpret(dim * Long.BYTES).toArray(ValueLayout.JAVA_LONG);
  }

  static boolean isContiguous(Tensor tensor) {
    NativeCall call = NativeCall.begin();
    call.check(
        LibTorchAbi.aoti_torch_is_contiguous(call.handle(tensor), call.slot()),
        "is_contiguous",
        tensor);
    return call.slot().get(ValueLayout.JAVA_BOOLEAN, 0);
  }

  static long dataAddress(Tensor tensor) {
    NativeCall call = NativeCall.begin();
    call.check(
        LibTorchAbi.aoti_torch_get_data_ptr(call.handle(tensor), call.slot()),
        "get_data_ptr",
        tensor);
    return call.slot().get(ValueLayout.JAVA_LONG, 0);
  }

  /** Counts the elements of memory from a tensor's first to its last. */
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

  /** Computes the strides of dense row-major memory. */
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
