package io.nextscale.torch;

import io.nextscale.torch.abi.LibTorchAbi;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/** Makes tensors that no operator computes. */
final class TensorFactory {
  private TensorFactory() {}

  static Tensor empty(DType dtype, Device device, boolean pinned, long[] shape) {
    for (long size : shape) {
      if (size < 0) {
        throw new IllegalArgumentException(
            "shape %s: expected sizes of at least 0".formatted(Arrays.toString(shape)));
      }
    }
    NativeCall call = NativeCall.begin();
    MemorySegment sizes = call.longs(shape);
    MemorySegment strides = call.longs(TensorMetadata.contiguousStrides(shape));
    MemorySegment out = call.out();
    int type = device.type().code();
    int code =
        pinned
            ? LibTorchAbi.aoti_torch_empty_strided_pinned(
                shape.length, sizes, strides, dtype.code(), type, device.index(), out)
            : LibTorchAbi.aoti_torch_empty_strided(
                shape.length, sizes, strides, dtype.code(), type, device.index(), out);
    call.check(code, "empty", dtype, shape, device);
    return call.made();
  }

  static Tensor of(float[] values, long[] shape) {
    Tensor tensor = forValues(DType.FLOAT32, values.length, shape);
    MemorySegment.copy(values, 0, tensor.segment(), ValueLayout.JAVA_FLOAT, 0, values.length);
    return tensor;
  }

  static Tensor of(long[] values, long[] shape) {
    Tensor tensor = forValues(DType.INT64, values.length, shape);
    MemorySegment.copy(values, 0, tensor.segment(), ValueLayout.JAVA_LONG, 0, values.length);
    return tensor;
  }

  static Tensor of(boolean[] values, long[] shape) {
    Tensor tensor = forValues(DType.BOOL, values.length, shape);
    MemorySegment elements = tensor.segment();
    for (int i = 0; i < values.length; i++) {
      elements.set(ValueLayout.JAVA_BOOLEAN, i, values[i]);
    }
    return tensor;
  }

  /** Makes an uninitialized CPU tensor for values; their number must fit its shape. */
  private static Tensor forValues(DType dtype, int count, long[] shape) {
    long expected = 1;
    for (long size : shape) {
      expected = Math.multiplyExact(expected, size);
    }
    if (expected != count) {
      throw new IllegalArgumentException(
          "%s values for a tensor of shape %s: expected %s"
              .formatted(count, Arrays.toString(shape), expected));
    }
    return empty(dtype, Device.CPU, false, shape);
  }

  static Tensor scalar(double value) {
    NativeCall call = NativeCall.begin();
    call.check(LibTorchAbi.aoti_torch_scalar_to_tensor_float64(value, call.out()), "scalar");
    return call.made();
  }

  /** Makes a further reference to the tensor of a handle. */
  static Tensor share(MemorySegment handle) {
    NativeCall call = NativeCall.begin();
    call.check(LibTorchAbi.aoti_torch_new_tensor_handle(handle, call.out()), "share");
    return call.made();
  }

  static Tensor wrap(MemorySegment memory, DType dtype, long[] shape, long[] strides) {
    if (!memory.isNative()) {
      throw new IllegalArgumentException("memory on the heap: expected native memory");
    }
    if (shape.length != strides.length || Arrays.stream(strides).anyMatch(s -> s < 0)) {
      throw new IllegalArgumentException(
          "strides %s for shape %s: expected one for each size, at least 0"
              .formatted(Arrays.toString(strides), Arrays.toString(shape)));
    }
    long bytes = Math.multiplyExact(TensorMetadata.extent(shape, strides), (long) dtype.byteSize());
    if (bytes > memory.byteSize()) {
      throw new IllegalArgumentException(
          "%s%s needs %s bytes, the memory has %s"
              .formatted(dtype, Arrays.toString(shape), bytes, memory.byteSize()));
    }
    NativeCall call = NativeCall.begin();
    call.check(
        LibTorchAbi.aoti_torch_create_tensor_from_blob(
            memory,
            shape.length,
            call.longs(shape),
            call.longs(strides),
            0,
            dtype.code(),
            Device.Type.CPU.code(),
            0,
            call.out()),
        "wrapping of memory",
        dtype,
        shape,
        strides);
    return call.made();
  }
}
