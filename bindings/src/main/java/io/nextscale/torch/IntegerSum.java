package io.nextscale.torch;

import java.util.List;

/**
 * Sums of integers and bools. libtorch's C function for sums has a floating-point factor, which it
 * refuses for integers, and the dispatcher cannot take a Scalar; {@code addcmul} for lists has a
 * tensor instead.
 */
final class IntegerSum {
  private static final Operator ADDCMUL = Operator.named("_foreach_addcmul", "Tensor");
  private static final Operator OR = Operator.named("logical_or");

  private IntegerSum() {}

  /** Whether the operands are integers or bools, or one of them is a bool. */
  static boolean serves(Tensor self, Tensor other) {
    DType left = self.dtypeOrNull();
    if (left != null && left.isFloatingPoint()) {
      return other.dtypeOrNull() == DType.BOOL;
    }
    DType right = other.dtypeOrNull();
    return left != null && right != null && (left == DType.BOOL || !right.isFloatingPoint());
  }

  /** {@code self + alpha · other}; for bools whether one of them is true. */
  static Tensor of(Tensor self, Tensor other, double alpha) {
    DType left = self.dtype();
    DType right = other.dtype();
    boolean bools = left == DType.BOOL && right == DType.BOOL;
    if (bools && alpha == 1) {
      return OR.call().tensor(self).tensor(other).result();
    }
    if (bools || alpha < 0 && (left == DType.BOOL || right == DType.BOOL)) {
      throw new IllegalArgumentException(
          "difference or factor of a bool: expected numbers; convert with to(DType)");
    }
    try (TensorScope scope = TensorScope.open()) {
      return scope.keep(
          left.isFloatingPoint()
              ? Functional.difference("add", self, other.to(left), -alpha)
              : right.isFloatingPoint()
                  ? Functional.difference("add", self.to(right), other, -alpha)
                  : ofIntegers(self, other, alpha));
    }
  }

  private static Tensor ofIntegers(Tensor self, Tensor other, double alpha) {
    if (alpha != Math.rint(alpha) || Math.abs(alpha) >= 0x1p63) {
      throw new IllegalArgumentException(
          "factor %s of a sum of integers: expected a whole number".formatted(alpha));
    }
    Tensor one = Tensor.of(new boolean[] {true});
    Tensor factor = Tensor.of(new long[] {(long) alpha}, 1);
    return ADDCMUL
        .call()
        .tensors(List.of(self))
        .tensors(List.of(other))
        .tensors(List.of(one))
        .tensor(factor)
        .resultList()[0];
  }
}
