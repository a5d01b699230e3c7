package io.nextscale.evaluate.metric;

import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.Operator;
import io.nextscale.torch.Results;
import io.nextscale.torch.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Matrices of float64 on the CPU, by LAPACK in libtorch. */
final class Linalg {
  private static final Operator EIGH = Operator.named("linalg_eigh");
  private static final Operator SINGULAR_VALUES = Operator.named("linalg_svdvals");

  private Linalg() {}

  /** Copies values in row-major order into a tensor. */
  static Tensor matrix(double[] values, long... shape) {
    Tensor tensor = Tensor.empty(DType.FLOAT64, Device.CPU, shape);
    MemorySegment.copy(values, 0, tensor.segment(), ValueLayout.JAVA_DOUBLE, 0, values.length);
    return tensor;
  }

  /** Copies the elements of a contiguous tensor of float64. */
  static double[] values(Tensor tensor) {
    return tensor.contiguous().segment().toArray(ValueLayout.JAVA_DOUBLE);
  }

  /**
   * Decomposes a symmetric matrix.
   *
   * @return eigenvalues (D) in ascending order, and eigenvectors (D, D) in columns
   */
  static Tensor[] eigh(Tensor symmetric) {
    Results both = EIGH.apply(symmetric);
    return new Tensor[] {both.tensor(0), both.tensor(1)};
  }

  /** Singular values of a matrix. */
  static Tensor singularValues(Tensor matrix) {
    return SINGULAR_VALUES.apply(matrix).tensor();
  }
}
