package io.nextscale.torch;

import io.nextscale.torch.cpu.OneDnn;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Random arguments: mostly of the right type, often of the wrong size. */
final class FuzzArguments {
  private static final List<String> TEXTS =
      List.of(
          "mean",
          "sum",
          "none",
          "relu",
          "linear",
          "tanh",
          "constant",
          "reflect",
          "ij",
          "fro",
          "i,j->ij",
          "",
          "ü");

  private final Random random;
  private final List<Tensor> pool;
  private long[] latest = {2, 3};

  FuzzArguments(Random random, List<Tensor> pool) {
    this.random = random;
    this.pool = pool;
  }

  /** A shape, often the one before, so that operands fit. */
  long[] shape() {
    if (random.nextInt(3) != 0) {
      return latest;
    }
    long[] shape = new long[random.nextInt(6)];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = random.nextInt(12) == 0 ? 0 : 1 + random.nextInt(4);
    }
    latest = shape;
    return shape;
  }

  DType dtype() {
    return random.nextInt(2) == 0
        ? DType.FLOAT32
        : DType.values()[random.nextInt(DType.values().length)];
  }

  Tensor tensor() {
    DType type = dtype();
    int kind = random.nextInt(12);
    Tensor tensor =
        Tensor.full(
            kind < 8 ? random.nextInt(4) : kind == 8 ? -1 : kind == 9 ? 1e9 : Double.NaN,
            type,
            random.nextInt(20) == 0 ? Device.META : Device.CPU,
            shape());
    long[] shape = tensor.shape();
    if (shape.length > 1 && random.nextInt(5) == 0) {
      return tensor.transpose(0, shape.length - 1);
    }
    if (shape.length > 0 && shape[0] > 1 && random.nextInt(5) == 0) {
      return tensor.narrow(0, 1, 1);
    }
    return tensor;
  }

  Tensor anyTensor() {
    return pool.get(random.nextInt(pool.size()));
  }

  long integer() {
    return switch (random.nextInt(20)) {
      case 0 -> Long.MAX_VALUE;
      case 1 -> Long.MIN_VALUE;
      case 2 -> -3;
      case 3 -> 1L << 40;
      default -> random.nextInt(7) - 1;
    };
  }

  /** A size or an index that makes no large tensor. */
  long small() {
    return random.nextInt(20) == 0 ? Long.MIN_VALUE : random.nextInt(7) - 1;
  }

  double real() {
    return switch (random.nextInt(12)) {
      case 0 -> Double.NaN;
      case 1 -> Double.POSITIVE_INFINITY;
      case 2 -> -1;
      case 3 -> 1e30;
      default -> random.nextInt(5) / 2.0;
    };
  }

  Object ofSchema(Schema.Argument argument) {
    Schema.Item type = argument.type();
    if (type.optional() && random.nextInt(2) == 0 || random.nextInt(100) == 0) {
      return null;
    }
    if (random.nextInt(60) == 0) {
      return List.of("text", 1.5, 3, true, DType.INT8, Device.CPU, List.of(), new int[] {1})
          .get(random.nextInt(8));
    }
    if (type.list()) {
      int size = random.nextInt(3) != 0 && type.size() > 0 ? type.size() : random.nextInt(5);
      List<Object> items = new ArrayList<>();
      for (int i = 0; i < size; i++) {
        boolean absent = type.optionalItems() && random.nextBoolean();
        items.add(absent ? null : one(type.type()));
      }
      return items;
    }
    return one(type.type());
  }

  private Object one(Schema.Type type) {
    return switch (type) {
      case TENSOR -> random.nextInt(30) == 0 ? (Object) real() : anyTensor();
      case INTEGER -> random.nextInt(40) == 0 ? integer() : small();
      case REAL, SCALAR -> random.nextBoolean() ? (Object) real() : random.nextInt(5);
      case BOOL -> random.nextBoolean();
      case TEXT -> TEXTS.get(random.nextInt(TEXTS.size()));
      case DTYPE -> dtype();
      case DEVICE -> random.nextInt(9) == 0 ? Device.CUDA : Device.CPU;
      case MEMORY_FORMAT -> MemoryFormat.values()[random.nextInt(2)];
      case LAYOUT, GENERATOR, OTHER -> null;
    };
  }

  Object ofType(Type type, String method) {
    if (type instanceof ParameterizedType) {
      List<Tensor> tensors = new ArrayList<>();
      for (int i = random.nextInt(4); i > 0; i--) {
        tensors.add(anyTensor());
      }
      return tensors;
    }
    if (type == Tensor.class) {
      return anyTensor();
    } else if (type == long.class) {
      return random.nextInt(9) == 0 ? integer() : small();
    } else if (type == int.class) {
      return (int) (random.nextInt(9) == 0 ? integer() : small());
    } else if (type == double.class) {
      return real();
    } else if (type == float.class) {
      return (float) real();
    } else if (type == boolean.class) {
      return random.nextBoolean();
    } else if (type == long[].class) {
      long[] values = random.nextBoolean() ? shape().clone() : new long[random.nextInt(5)];
      if (random.nextInt(4) == 0) {
        Arrays.setAll(values, i -> small());
      }
      return values;
    } else if (type == DType.class) {
      return dtype();
    } else if (type == Device.class) {
      return random.nextInt(9) == 0
          ? Device.META
          : random.nextInt(9) == 0 ? Device.CUDA : Device.CPU;
    } else if (type == Number.class) {
      return random.nextBoolean() ? (Number) real() : (Number) integer();
    } else if (type == MemorySegment.class) {
      return memory();
    } else if (type == OneDnn.Activation.class) {
      return OneDnn.Activation.values()[random.nextInt(OneDnn.Activation.values().length)];
    } else if (type == OneDnn.Window.class) {
      return new OneDnn.Window((int) small(), (int) small(), (int) small());
    } else if (type == InPlace.AdamWHyperparameters.class) {
      return new InPlace.AdamWHyperparameters(real(), real(), real(), real(), real());
    }
    Class<?> array = (Class<?>) type;
    if (!array.isArray()) {
      throw new AssertionError(method + " has an argument of type " + type);
    }
    return java.lang.reflect.Array.newInstance(array.getComponentType(), random.nextInt(7));
  }

  private MemorySegment memory() {
    return random.nextInt(4) == 0
        ? MemorySegment.ofArray(new float[4])
        : Arena.ofAuto().allocate(1 + random.nextInt(64), 1 << random.nextInt(4));
  }
}
