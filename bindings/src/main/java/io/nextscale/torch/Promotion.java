package io.nextscale.torch;

import org.jspecify.annotations.Nullable;

/**
 * Numbers as tensors that take part in type promotion as PyTorch's numbers do: a number changes the
 * element type of a tensor only if its kind (bool, integer, floating-point) is higher, and then to
 * int64 or float32.
 *
 * <p>libtorch lets a tensor without dimensions change the type of one with dimensions in the same
 * cases, but takes the type of the former. So it is float64 or int64, which keeps the value, where
 * it does not decide, and the type that PyTorch would take, where it does.
 */
final class Promotion {
  private Promotion() {}

  /** Makes a 0-dimensional CPU tensor of a number or boolean beside the tensors among arguments. */
  static Tensor tensor(Object value, @Nullable Object... arguments) {
    if (value instanceof Boolean truth) {
      return Tensor.of(new boolean[] {truth});
    }
    Number number = (Number) value;
    boolean real = number instanceof Double || number instanceof Float;
    return real ? real(number.doubleValue(), arguments) : integer(number.longValue(), arguments);
  }

  private static Tensor real(double value, @Nullable Object[] arguments) {
    DType single = null;
    for (Object argument : arguments) {
      DType type = type(argument);
      if (type == null || type.isFloatingPoint()) {
        if (argument instanceof Tensor tensor && tensor.dim() > 0) {
          return Tensor.scalar(value);
        }
        single = argument instanceof Tensor ? type : single;
      }
    }
    Tensor number = Tensor.scalar(value);
    DType type = single == null ? DType.FLOAT32 : single;
    return closing(number, type);
  }

  private static Tensor integer(long value, @Nullable Object[] arguments) {
    DType single = null;
    for (Object argument : arguments) {
      DType type = type(argument);
      if (argument instanceof Tensor tensor && type != DType.BOOL) {
        if (tensor.dim() > 0) {
          boolean exact = (long) (double) value == value && Math.abs((double) value) < 0x1p53;
          return exact && type != null && type.isFloatingPoint()
              ? Tensor.scalar(value)
              : Tensor.of(new long[] {value});
        }
        single = type != null && !type.isFloatingPoint() ? type : single;
      }
    }
    return closing(Tensor.of(new long[] {value}), single == null ? DType.INT64 : single);
  }

  private static Tensor closing(Tensor number, DType type) {
    Tensor converted = number.to(type);
    if (converted != number) {
      number.close();
    }
    return converted;
  }

  /** The element type of a tensor; null if Java has none for it, or it is no tensor. */
  private static @Nullable DType type(@Nullable Object argument) {
    return argument instanceof Tensor tensor ? tensor.dtypeOrNull() : null;
  }
}
