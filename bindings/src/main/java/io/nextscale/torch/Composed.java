package io.nextscale.torch;

import java.util.List;

/**
 * Operators whose own form has a Scalar, which libtorch's stable dispatcher cannot take, put
 * together from others that do the same in as many passes.
 */
public final class Composed {
  private static final Operator FOREACH_ADDCMUL = Operator.named("_foreach_addcmul", "Tensor");
  private static final Operator NORM = Operator.named("linalg_matrix_norm", "str_ord");

  private Composed() {}

  /**
   * {@code self + left · right} in one pass, broadcasting. {@code addcmul} itself has a Scalar,
   * which the dispatcher cannot take; its form for lists has a tensor in that place, but no
   * derivative: where gradients are recorded, it is a product and a sum.
   */
  public static Tensor addcmul(Tensor self, Tensor left, Tensor right) {
    try (TensorScope scope = TensorScope.open()) {
      if (GradMode.isEnabled()) {
        return scope.keep(self.add(Functional.mul(left, right)));
      }
      Tensor one = Tensor.scalar(1).reshape(1);
      return scope.keep(
          FOREACH_ADDCMUL
              .call()
              .tensors(List.of(self))
              .tensors(List.of(left))
              .tensors(List.of(right))
              .tensor(one)
              .resultList()[0]);
    }
  }

  /**
   * Euclidean norm along the last dimension, which stays with size one. The vector norm itself has
   * a Scalar, which the dispatcher cannot take; the Frobenius norm of rows is the same.
   */
  public static Tensor norm(Tensor input) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor rows = input.unsqueeze(-2);
      Tensor norm =
          NORM.call().tensor(rows).string("fro").integers(-2, -1).bool(true).none().result();
      return scope.keep(norm.select(-1, 0));
    }
  }
}
