package io.nextscale.torch;

import io.nextscale.torch.abi.LibTorchAbi;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/** Makes tensors that no operator computes. */
final class TensorFactory {
  private TensorFactory() {}

  static Tensor empty(DType dtype, Device device, boolean pinned, long[] shape) {
    TensorMetadata.count(shape);
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

  static Tensor of(double[] values, long[] shape) {
    Tensor tensor = forValues(DType.FLOAT64, values.length, shape);
    MemorySegment.copy(values, 0, tensor.segment(), ValueLayout.JAVA_DOUBLE, 0, values.length);
    return tensor;
  }

  static Tensor of(int[] values, long[] shape) {
    Tensor tensor = forValues(DType.INT32, values.length, shape);
    MemorySegment.copy(values, 0, tensor.segment(), ValueLayout.JAVA_INT, 0, values.length);
    return tensor;
  }

  static Tensor of(short[] values, long[] shape) {
    Tensor tensor = forValues(DType.INT16, values.length, shape);
    MemorySegment.copy(values, 0, tensor.segment(), ValueLayout.JAVA_SHORT, 0, values.length);
    return tensor;
  }

  static Tensor of(byte[] values, long[] shape) {
    Tensor tensor = forValues(DType.INT8, values.length, shape);
    MemorySegment.copy(values, 0, tensor.segment(), ValueLayout.JAVA_BYTE, 0, values.length);
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
    long expected = TensorMetadata.count(shape);
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

  /** Makes a further reference to a tensor. */
  static Tensor share(Tensor tensor) {
    NativeCall call = NativeCall.begin();
    MemorySegment out = call.out();
    call.check(LibTorchAbi.aoti_torch_new_tensor_handle(call.handle(tensor), out), "share");
    Tensor other = call.made();
    TensorMemory memory = tensor.memory();
    if (memory != null) {
      other.setMemory(memory.ofShared());
    }
    return other;
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
    TensorMetadata.count(shape);
    long bytes = extentBytes(dtype, shape, strides);
    if (bytes > memory.byteSize()) {
      throw new IllegalArgumentException(
          "%s%s needs %s bytes, the memory has %s"
              .formatted(dtype, Arrays.toString(shape), bytes, memory.byteSize()));
    }
    if (memory.address() % dtype.byteSize() != 0) {
      throw new IllegalArgumentException(
          "memory at an address that is no multiple of %s: expected aligned elements of %s"
              .formatted(dtype.byteSize(), dtype));
    }
    TensorMemory wrapped = TensorMemory.wrapped(memory);
    wrapped.requireAlive();
    Tensor tensor = blob(memory, dtype, shape, strides);
    tensor.setMemory(wrapped);
    return tensor;
  }

  private static long extentBytes(DType dtype, long[] shape, long[] strides) {
    try {
      return Math.multiplyExact(TensorMetadata.extent(shape, strides), (long) dtype.byteSize());
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(
          "strides %s for shape %s: expected memory of less than 2⁶³ bytes"
              .formatted(Arrays.toString(strides), Arrays.toString(shape)),
          e);
    }
  }

  private static Tensor blob(MemorySegment memory, DType dtype, long[] shape, long[] strides) {
    return blob(memory, dtype.code(), Device.CPU, shape, strides);
  }

  private static Tensor blob(
      MemorySegment memory, int typeCode, Device device, long[] shape, long[] strides) {
    NativeCall call = NativeCall.begin();
    call.check(
        LibTorchAbi.aoti_torch_create_tensor_from_blob(
            memory,
            shape.length,
            call.longs(shape),
            call.longs(strides),
            0,
            typeCode,
            device.type().code(),
            device.index(),
            call.out()),
        "wrapping of memory",
        shape,
        strides);
    return call.made();
  }

  /**
   * Makes another tensor over the same memory, which an operator can write but not replace: the
   * result of an operator that resizes its target would leave Java's views without memory.
   */
  static Tensor fixed(Tensor target) {
    return blob(
        MemorySegment.ofAddress(TensorMetadata.dataAddress(target)),
        TensorMetadata.typeCode(target),
        target.device(),
        target.shape(),
        target.strides());
  }
}
