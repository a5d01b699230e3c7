package io.nextscale.torch;

import io.nextscale.torch.abi.LibTorchAbi;
import java.util.Locale;
import java.util.function.IntSupplier;
import java.util.stream.Stream;

/** Element type of a {@link Tensor}. */
public enum DType {
  FLOAT64(8, () -> LibTorchAbi.aoti_torch_dtype_float64()),
  FLOAT32(4, () -> LibTorchAbi.aoti_torch_dtype_float32()),
  FLOAT16(2, () -> LibTorchAbi.aoti_torch_dtype_float16()),
  BFLOAT16(2, () -> LibTorchAbi.aoti_torch_dtype_bfloat16()),
  INT64(8, () -> LibTorchAbi.aoti_torch_dtype_int64()),
  INT32(4, () -> LibTorchAbi.aoti_torch_dtype_int32()),
  INT16(2, () -> LibTorchAbi.aoti_torch_dtype_int16()),
  INT8(1, () -> LibTorchAbi.aoti_torch_dtype_int8()),
  UINT8(1, () -> LibTorchAbi.aoti_torch_dtype_uint8()),
  BOOL(1, () -> LibTorchAbi.aoti_torch_dtype_bool());

  private final int byteSize;
  private final IntSupplier abiCode;

  // a lambda, not a method reference: the native function is looked up at the first call, after
  // loading
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

  /** Asked for once, when first needed: libtorch is loaded then. */
  private static final class Known {
    private static final DType[] TYPES = values();
    private static final int[] CODES =
        Stream.of(TYPES).mapToInt(type -> type.abiCode.getAsInt()).toArray();
  }

  int code() {
    return Known.CODES[ordinal()];
  }

  static DType of(int code) {
    for (DType type : Known.TYPES) {
      if (type.code() == code) {
        return type;
      }
    }
    throw new TorchException("a tensor has an element type of unknown code " + code);
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
