package io.nextscale.torch;

import io.nextscale.torch.abi.LibTorchAbi;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.IntSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Element type of a {@link Tensor}. */
public enum DType {
  /** IEEE 754 double precision. */
  FLOAT64(8, () -> LibTorchAbi.aoti_torch_dtype_float64()),
  /** IEEE 754 single precision. */
  FLOAT32(4, () -> LibTorchAbi.aoti_torch_dtype_float32()),
  /** IEEE 754 half precision. */
  FLOAT16(2, () -> LibTorchAbi.aoti_torch_dtype_float16()),
  /** The upper half of a float32: its range with 8 bits of precision. */
  BFLOAT16(2, () -> LibTorchAbi.aoti_torch_dtype_bfloat16()),
  /** Integers of 64 bits, such as indices. */
  INT64(8, () -> LibTorchAbi.aoti_torch_dtype_int64()),
  /** Integers of 32 bits. */
  INT32(4, () -> LibTorchAbi.aoti_torch_dtype_int32()),
  /** Integers of 16 bits. */
  INT16(2, () -> LibTorchAbi.aoti_torch_dtype_int16()),
  /** Integers of 8 bits. */
  INT8(1, () -> LibTorchAbi.aoti_torch_dtype_int8()),
  /** Unsigned integers of 8 bits. */
  UINT8(1, () -> LibTorchAbi.aoti_torch_dtype_uint8()),
  /** True or false, one byte each. */
  BOOL(1, () -> LibTorchAbi.aoti_torch_dtype_bool());

  private final int byteSize;
  private final IntSupplier abiCode;

  // a lambda, not a method reference: it finds the function at the first call, after loading
  DType(int byteSize, IntSupplier abiCode) {
    this.byteSize = byteSize;
    this.abiCode = abiCode;
  }

  /** Size of one element in bytes. */
  public int byteSize() {
    return byteSize;
  }

  /** Whether elements are floating-point numbers. */
  public boolean isFloatingPoint() {
    return this == FLOAT64 || this == FLOAT32 || this == FLOAT16 || this == BFLOAT16;
  }

  private static final DType[] TYPES = values();

  // not in a class initializer, whose failure would last as long as the process
  private static volatile int @Nullable [] codes;

  /** Returns libtorch's code of each element type; loads libtorch at the first call. */
  private static int[] codes() {
    int[] known = codes;
    if (known == null) {
      Torch.library();
      known = Stream.of(TYPES).mapToInt(type -> type.abiCode.getAsInt()).toArray();
      codes = known;
    }
    return known;
  }

  int code() {
    return codes()[ordinal()];
  }

  static DType of(int code) {
    DType type = find(code);
    if (type == null) {
      throw new TorchException(
          "the tensor has an element type of libtorch without a DType, number %s: expected one of %s;"
                  .formatted(code, Arrays.toString(TYPES))
              + " complex numbers convert with the operator view_as_real, others with to.dtype");
    }
    return type;
  }

  static @Nullable DType find(int code) {
    for (DType type : TYPES) {
      if (type.code() == code) {
        return type;
      }
    }
    return null;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
