package io.nextscale.torch;

import io.nextscale.torch.abi.LibTorchAbi;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads the metadata of tensors. Sizes, element type and device are kept after the first reading:
 * no operator that changes them in place is called.
 */
final class TensorMetadata {
  private long @Nullable [] sizes;
  private @Nullable DType dtype;
  private @Nullable Device device;

  long[] sizes(Tensor tensor) {
    long[] known = sizes;
    if (known == null) {
      known = readSizes(tensor);
      VarHandle.storeStoreFence(); // another thread that reads the tensor sees no empty array
      sizes = known;
    } else {
      tensor.requireOpen();
    }
    return known;
  }

  DType dtype(Tensor tensor) {
    DType known = dtypeOrNull(tensor);
    return known == null ? DType.of(typeCode(tensor)) : known;
  }

  @Nullable DType dtypeOrNull(Tensor tensor) {
    DType known = dtype;
    if (known == null) {
      known = DType.find(typeCode(tensor));
      dtype = known;
    } else {
      tensor.requireOpen();
    }
    return known;
  }

  Device device(Tensor tensor) {
    Device known = device;
    if (known == null) {
      known = readDevice(tensor);
      device = known;
    } else {
      tensor.requireOpen();
    }
    return known;
  }

  private static long[] readSizes(Tensor tensor) {
    NativeCall call = NativeCall.begin();
    MemorySegment handle = call.handle(tensor);
    long[] read = null;
    int code = LibTorchAbi.aoti_torch_get_sizes(handle, call.slot());
    if (code == 0) {
      MemorySegment array = call.slot().get(ValueLayout.ADDRESS, 0);
      code = LibTorchAbi.aoti_torch_get_dim(handle, call.slot());
      read = copy(array, call.slot().get(ValueLayout.JAVA_LONG, 0), code);
    }
    call.check(code, "get_sizes");
    return read == null ? new long[0] : read;
  }

  static long[] strides(Tensor tensor) {
    int dim = tensor.dim();
    NativeCall call = NativeCall.begin();
    long[] read = null;
    int code = LibTorchAbi.aoti_torch_get_strides(call.handle(tensor), call.slot());
    if (code == 0) {
      read = copy(call.slot().get(ValueLayout.ADDRESS, 0), dim, code);
    }
    call.check(code, "get_strides");
    return read == null ? new long[0] : read;
  }

  /** Copies an array of libtorch, which its tensor keeps as long as the call lasts. */
  private static long[] copy(MemorySegment array, long length, int code) {
    return code != 0 || length == 0
        ? new long[0]
        : array.reinterpret(length * Long.BYTES).toArray(ValueLayout.JAVA_LONG);
  }

  /** Returns libtorch's code of the element type, which may be one that Java does not have. */
  static int typeCode(Tensor tensor) {
    NativeCall call = NativeCall.begin();
    call.check(LibTorchAbi.aoti_torch_get_dtype(call.handle(tensor), call.slot()), "get_dtype");
    return call.slot().get(ValueLayout.JAVA_INT, 0);
  }

  private static Device readDevice(Tensor tensor) {
    NativeCall call = NativeCall.begin();
    MemorySegment handle = call.handle(tensor);
    int code = LibTorchAbi.aoti_torch_get_device_type(handle, call.slot());
    int type = call.slot().get(ValueLayout.JAVA_INT, 0);
    if (code == 0) {
      code = LibTorchAbi.aoti_torch_get_device_index(handle, call.slot());
    }
    call.check(code, "get_device");
    return Device.of(type, call.slot().get(ValueLayout.JAVA_INT, 0));
  }

  static boolean isContiguous(Tensor tensor) {
    NativeCall call = NativeCall.begin();
    call.check(
        LibTorchAbi.aoti_torch_is_contiguous(call.handle(tensor), call.slot()), "is_contiguous");
    return call.slot().get(ValueLayout.JAVA_BOOLEAN, 0);
  }

  /** Whether libtorch made it: some operators leave results undefined. */
  static boolean isDefined(Tensor tensor) {
    NativeCall call = NativeCall.begin();
    call.check(LibTorchAbi.aoti_torch_is_defined(call.handle(tensor), call.slot()), "is_defined");
    return call.slot().get(ValueLayout.JAVA_BOOLEAN, 0);
  }

  static long dataAddress(Tensor tensor) {
    NativeCall call = NativeCall.begin();
    call.check(
        LibTorchAbi.aoti_torch_get_data_ptr(call.handle(tensor), call.slot()), "get_data_ptr");
    return call.slot().get(ValueLayout.JAVA_LONG, 0);
  }

  /** As {@link #dataAddress}; 0 if it has no memory of the usual kind. */
  static long dataAddressOrZero(Tensor tensor) {
    NativeCall call = NativeCall.begin();
    int code = LibTorchAbi.aoti_torch_get_data_ptr(call.handle(tensor), call.slot());
    call.end();
    return code == 0 ? call.slot().get(ValueLayout.JAVA_LONG, 0) : 0;
  }

  /** Returns element type, shape and device, whatever the tensor is. */
  static String describe(Tensor tensor) {
    try {
      int code = typeCode(tensor);
      DType type = DType.find(code);
      String name = type == null ? "element type " + code : type.toString();
      return name + Arrays.toString(tensor.shape()) + " on " + tensor.device();
    } catch (TorchException e) {
      return "tensor without a shape";
    } catch (IllegalStateException e) {
      return "tensor whose memory is gone";
    }
  }

  /**
   * Counts the elements of a shape.
   *
   * @throws IllegalArgumentException if a size is negative, or they are too many
   */
  static long count(long[] shape) {
    long product = 1;
    for (long size : shape) {
      if (size < 0) {
        throw new IllegalArgumentException(
            "shape %s: expected sizes of at least 0".formatted(Arrays.toString(shape)));
      }
      long step = Math.max(size, 1);
      if (product > Long.MAX_VALUE / 16 / step) {
        throw new IllegalArgumentException(
            "shape %s: expected fewer elements".formatted(Arrays.toString(shape)));
      }
      product *= step;
    }
    for (long size : shape) {
      product = size == 0 ? 0 : product;
    }
    return product;
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
