package io.nextscale.torch;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.Function;

/** Shows and copies the elements of tensors. */
final class TensorArrays {
  // an imaginary part may be a view whose signs are to be changed when it is read
  private static final Operator RESOLVE_NEG = Operator.named("resolve_neg");

  // of the JVM, less the length of a header
  private static final int LONGEST_ARRAY = Integer.MAX_VALUE - 8;

  private TensorArrays() {}

  static float[] floats(Tensor tensor) {
    return read(tensor, DType.FLOAT32, memory -> memory.toArray(ValueLayout.JAVA_FLOAT));
  }

  static double[] doubles(Tensor tensor) {
    return read(tensor, DType.FLOAT64, memory -> memory.toArray(ValueLayout.JAVA_DOUBLE));
  }

  static long[] longs(Tensor tensor) {
    return read(tensor, DType.INT64, memory -> memory.toArray(ValueLayout.JAVA_LONG));
  }

  static int[] ints(Tensor tensor) {
    return read(tensor, DType.INT32, memory -> memory.toArray(ValueLayout.JAVA_INT));
  }

  static short[] shorts(Tensor tensor) {
    return read(tensor, DType.INT16, memory -> memory.toArray(ValueLayout.JAVA_SHORT));
  }

  static byte[] bytes(Tensor tensor) {
    DType type = tensor.dtype() == DType.UINT8 ? DType.UINT8 : DType.INT8;
    return read(tensor, type, memory -> memory.toArray(ValueLayout.JAVA_BYTE));
  }

  static boolean[] booleans(Tensor tensor) {
    byte[] values = read(tensor, DType.BOOL, memory -> memory.toArray(ValueLayout.JAVA_BYTE));
    boolean[] result = new boolean[values.length];
    for (int i = 0; i < values.length; i++) {
      result[i] = values[i] != 0;
    }
    return result;
  }

  static double item(Tensor tensor) {
    requireOne(tensor);
    return doubles(tensor)[0];
  }

  static long itemLong(Tensor tensor) {
    requireOne(tensor);
    return longs(tensor)[0];
  }

  private static void requireOne(Tensor tensor) {
    if (tensor.numel() != 1) {
      throw new IllegalArgumentException("item of %s: expected one element".formatted(tensor));
    }
  }

  private static <T> T read(Tensor tensor, DType type, Function<MemorySegment, T> reader) {
    requireReadable(tensor);
    if (tensor.numel() > LONGEST_ARRAY) { // before anything is copied
      throw new IllegalArgumentException(
          "elements of %s: expected at most %s for an array; narrow it, or read its segment"
              .formatted(tensor, LONGEST_ARRAY));
    }
    try (TensorScope scope = TensorScope.open()) {
      Tensor host = tensor.to(type).to(Device.CPU);
      Tensor dense = RESOLVE_NEG.call().tensor(host).result().contiguous();
      long bytes = Math.multiplyExact(dense.numel(), type.byteSize());
      long address = address(dense, bytes);
      MemorySegment memory = TensorMemory.readable(dense.memory(), address, bytes);
      dense.pin(); // the memory may be that of the argument, which another thread owns
      try {
        return reader.apply(memory);
      } finally {
        dense.unpin();
      }
    }
  }

  static MemorySegment segment(Tensor tensor) {
    requireReadable(tensor);
    if (tensor.device().type() != Device.Type.CPU) {
      return MemorySegment.ofAddress(TensorMetadata.dataAddress(tensor));
    }
    long extent = TensorMetadata.extent(tensor.shape(), tensor.strides());
    long bytes = Math.multiplyExact(extent, (long) tensor.dtype().byteSize());
    long address = address(tensor, bytes);
    return tensor.memoryOrOwn().view(address, bytes, tensor.owner().thread() != null);
  }

  private static void requireReadable(Tensor tensor) {
    tensor.requireOpen();
    TensorMemory known = tensor.memory();
    if (known != null && known.isOpaque()) {
      throw new IllegalStateException("packed weights cannot be read: " + tensor);
    }
  }

  private static long address(Tensor tensor, long bytes) {
    long address = TensorMetadata.dataAddress(tensor);
    if (address == 0 && bytes > 0) {
      throw new IllegalStateException("tensor %s has no memory".formatted(tensor));
    }
    return address;
  }
}
