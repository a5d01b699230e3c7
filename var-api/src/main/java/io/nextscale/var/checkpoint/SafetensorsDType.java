package io.nextscale.var.checkpoint;

import io.nextscale.torch.DType;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Names of element types in safetensors headers. */
enum SafetensorsDType {
  F64(DType.FLOAT64),
  F32(DType.FLOAT32),
  F16(DType.FLOAT16),
  BF16(DType.BFLOAT16),
  I64(DType.INT64),
  I32(DType.INT32),
  I16(DType.INT16),
  I8(DType.INT8),
  U8(DType.UINT8),
  BOOL(DType.BOOL);

  private final DType dtype;

  SafetensorsDType(DType dtype) {
    this.dtype = dtype;
  }

  static @Nullable DType find(String name) {
    for (SafetensorsDType candidate : values()) {
      if (candidate.name().equals(name)) {
        return candidate.dtype;
      }
    }
    return null;
  }

  static SafetensorsDType of(DType dtype) {
    for (SafetensorsDType candidate : values()) {
      if (candidate.dtype == dtype) {
        return candidate;
      }
    }
    throw new IllegalArgumentException("dtype: safetensors has no name for " + dtype);
  }

  static String names() {
    return Arrays.toString(values());
  }
}
