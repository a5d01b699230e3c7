package io.nextscale.torch;

import io.nextscale.torch.abi.LibTorchAbi;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/** Makes tensors that no operator computes. */
final class TensorFactory {
  private TensorFactory() {}

  static Tensor empty(DType dtype, Device device, boolean pinned, long[] shape) {
    for (long size : shape) {
      if (size < 0) {
        throw new IllegalArgumentException("shape " + Arrays.toString(shape) + ": negative size");
      }
    }
    TensorScope scope = TensorScope.innermost();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment sizes = arena.allocateFrom(ValueLayout.JAVA_LONG, shape);
      MemorySegment strides =
          arena.allocateFrom(ValueLayout.JAVA_LONG, TensorMetadata.contiguousStrides(shape));
      MemorySegment out = arena.allocate(ValueLayout.JAVA_LONG);
      int type = device.type().code();
      int code =
          pinned
              ? LibTorchAbi.aoti_torch_empty_strided_pinned(
                  shape.length, sizes, strides, dtype.code(), type, device.index(), out)
              : LibTorchAbi.aoti_torch_empty_strided(
                  shape.length, sizes, strides, dtype.code(), type, device.index(), out);
      Failure.check(code, "empty " + dtype + Arrays.toString(shape) + " on " + device);
      return Tensor.owning(out.get(ValueLayout.JAVA_LONG, 0), scope);
    }
  }

  static Tensor forValues(DType dtype, int count, long[] shape) {
    long expected = 1;
    for (long size : shape) {
      expected = Math.multiplyExact(expected, size);
    }
    if (expected != count) {
      throw new IllegalArgumentException(
          count + " values for a tensor of shape " + Arrays.toString(shape));
    }
    return empty(dtype, Device.CPU, false, shape);
  }

  static Tensor scalar(double value) {
    TensorScope scope = TensorScope.innermost();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(ValueLayout.JAVA_LONG);
      Failure.check(LibTorchAbi.aoti_torch_scalar_to_tensor_float64(value, out), "scalar");
      return Tensor.owning(out.get(ValueLayout.JAVA_LONG, 0), scope);
    }
  }

  static Tensor share(long handle) {
    TensorScope scope = TensorScope.innermost();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment copy = arena.allocate(ValueLayout.JAVA_LONG);
      Failure.check(
          LibTorchAbi.aoti_torch_new_tensor_handle(MemorySegment.ofAddress(handle), copy), "share");
      return Tensor.owning(copy.get(ValueLayout.JAVA_LONG, 0), scope);
    }
  }

  static Tensor wrap(MemorySegment memory, DType dtype, long[] shape, long[] strides) {
    if (!memory.isNative()) {
      throw new IllegalArgumentException("memory to wrap must be native (off-heap)");
    }
    if (shape.length != strides.length || Arrays.stream(strides).anyMatch(s -> s < 0)) {
      throw new IllegalArgumentException(
          "strides " + Arrays.toString(strides) + " for shape " + Arrays.toString(shape));
    }
    long bytes = Math.multiplyExact(TensorMetadata.extent(shape, strides), (long) dtype.byteSize());
    if (bytes > memory.byteSize()) {
      throw new IllegalArgumentException(
          dtype
              + Arrays.toString(shape)
              + " needs "
              + bytes
              + " bytes, the memory has "
              + memory.byteSize());
    }
    TensorScope scope = TensorScope.innermost();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(ValueLayout.JAVA_LONG);
      int code =
          LibTorchAbi.aoti_torch_create_tensor_from_blob(
              memory,
              shape.length,
              arena.allocateFrom(ValueLayout.JAVA_LONG, shape),
              arena.allocateFrom(ValueLayout.JAVA_LONG, strides),
              0,
              dtype.code(),
              Device.Type.CPU.code(),
              0,
              out);
      Failure.check(code, "wrapping memory as " + dtype + Arrays.toString(shape));
      return Tensor.owning(out.get(ValueLayout.JAVA_LONG, 0), scope);
    }
  }
}
