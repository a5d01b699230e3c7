package io.nextscale.cli;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import io.nextscale.torch.DType;
import io.nextscale.var.checkpoint.StoredTensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Converts stored tensors between floating-point types, rounding to nearest even. */
final class FloatConversion {
  private FloatConversion() {}

  /** The tensor in another type; itself if it is of that type or not of floating point. */
  static StoredTensor convert(StoredTensor tensor, DType to, Arena arena) {
    DType from = tensor.dtype();
    if (from == to || !from.isFloatingPoint()) {
      return tensor;
    }
    // element by element of the memory it spans, so the strides stay as they are
    long count = tensor.data().byteSize() / from.byteSize();
    MemorySegment out = arena.allocate(count * to.byteSize(), Long.BYTES);
    for (long i = 0; i < count; i++) {
      write(out, to, i * to.byteSize(), read(tensor.data(), from, i * from.byteSize()));
    }
    return new StoredTensor(tensor.name(), to, tensor.shape(), tensor.strides(), out);
  }

  private static float read(MemorySegment data, DType type, long at) {
    return switch (type) {
      case FLOAT64 -> (float) data.get(JAVA_DOUBLE_UNALIGNED, at);
      case FLOAT32 -> data.get(JAVA_FLOAT_UNALIGNED, at);
      case FLOAT16 -> Float.float16ToFloat(data.get(JAVA_SHORT_UNALIGNED, at));
      case BFLOAT16 -> Float.intBitsToFloat(data.get(JAVA_SHORT_UNALIGNED, at) << 16);
      default -> throw new IllegalArgumentException(type + ": no floating-point type");
    };
  }

  private static void write(MemorySegment out, DType type, long at, float value) {
    switch (type) {
      case FLOAT32 -> out.set(JAVA_FLOAT_UNALIGNED, at, value);
      case FLOAT16 -> out.set(JAVA_SHORT_UNALIGNED, at, Float.floatToFloat16(value));
      case BFLOAT16 -> out.set(JAVA_SHORT_UNALIGNED, at, toBfloat16(value));
      default -> throw new IllegalArgumentException(type + ": expected f32, f16 or bf16");
    }
  }

  /** The upper half of a float32, rounded to nearest even. */
  static short toBfloat16(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) (bits >>> 16 | 0x40); // stays a NaN
    }
    return (short) (bits + 0x7fff + (bits >>> 16 & 1) >>> 16);
  }
}
