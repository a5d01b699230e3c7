package io.nextscale.var.checkpoint;

import io.nextscale.torch.DType;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A global that a pickle imports: a name without code. */
sealed interface PickleGlobal
    permits PickleGlobal.Function, PickleGlobal.Storage, PickleGlobal.ElementType, PickleOpaque {
  /** A function that a pickle may call. */
  enum Function implements PickleGlobal {
    ORDERED_DICT,
    SIZE,
    REBUILD_TENSOR_WITHOUT_HOOKS,
    REBUILD_TENSOR,
    REBUILD_TENSOR_WITH_DTYPE,
    REBUILD_PARAMETER,
    REBUILD_PARAMETER_WITH_STATE,
    REBUILD_FROM_TYPE
  }

  /** A storage class; without a dtype its elements are bytes, and the tensor has the dtype. */
  record Storage(@Nullable DType dtype) implements PickleGlobal {}

  /** An element type. */
  record ElementType(DType dtype) implements PickleGlobal {}

  /** Returns the global of a name; an opaque one if it is not known. */
  static PickleGlobal of(String module, String name) {
    String full = module + "." + name;
    PickleGlobal known = Known.NAMES.get(full);
    return known == null ? new PickleOpaque(full) : known;
  }

  /** Returns the storage class of an element type, without {@code torch.}. */
  static String storageName(DType dtype) {
    return switch (dtype) {
      case FLOAT64 -> "DoubleStorage";
      case FLOAT32 -> "FloatStorage";
      case FLOAT16 -> "HalfStorage";
      case BFLOAT16 -> "BFloat16Storage";
      case INT64 -> "LongStorage";
      case INT32 -> "IntStorage";
      case INT16 -> "ShortStorage";
      case INT8 -> "CharStorage";
      case UINT8 -> "ByteStorage";
      case BOOL -> "BoolStorage";
    };
  }

  /** The known globals by name. */
  final class Known {
    private static final Map<String, PickleGlobal> NAMES = new LinkedHashMap<>();

    static {
      NAMES.put("collections.OrderedDict", Function.ORDERED_DICT);
      NAMES.put("torch.Size", Function.SIZE);
      NAMES.put("torch._utils._rebuild_tensor", Function.REBUILD_TENSOR_WITHOUT_HOOKS);
      NAMES.put("torch._utils._rebuild_tensor_v2", Function.REBUILD_TENSOR);
      NAMES.put("torch._utils._rebuild_tensor_v3", Function.REBUILD_TENSOR_WITH_DTYPE);
      NAMES.put("torch._utils._rebuild_parameter", Function.REBUILD_PARAMETER);
      NAMES.put(
          "torch._utils._rebuild_parameter_with_state", Function.REBUILD_PARAMETER_WITH_STATE);
      NAMES.put("torch._tensor._rebuild_from_type_v2", Function.REBUILD_FROM_TYPE);
      NAMES.put("torch.UntypedStorage", new Storage(null));
      NAMES.put("torch.storage.UntypedStorage", new Storage(null));
      for (DType dtype : DType.values()) {
        NAMES.put("torch." + storageName(dtype), new Storage(dtype));
        NAMES.put("torch." + dtype.name().toLowerCase(Locale.ROOT), new ElementType(dtype));
      }
    }

    private Known() {}
  }
}
