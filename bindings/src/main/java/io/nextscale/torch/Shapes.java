package io.nextscale.torch;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Shapes, and checks of them that libtorch does not make, or makes too late. */
final class Shapes {
  private Shapes() {}

  static long product(long[] shape) {
    long product = 1;
    for (long size : shape) {
      product *= size;
    }
    return product;
  }

  /** The size of a dimension, counted from the last if it is negative. */
  static long size(long[] shape, int dimension) {
    int index = dimension < 0 ? dimension + shape.length : dimension;
    if (index < 0 || index >= shape.length) {
      throw new IllegalArgumentException(
          "dimension %s of a tensor of shape %s: expected %s to %s"
              .formatted(dimension, Arrays.toString(shape), -shape.length, shape.length - 1));
    }
    return shape[index];
  }

  /** The shape of the result of two operands; for shapes that do not fit, that of the first. */
  static long[] broadcast(long[] left, long[] right) {
    long[] longer = left.length >= right.length ? left.clone() : right.clone();
    long[] shorter = left.length >= right.length ? right : left;
    for (int i = 1; i <= shorter.length; i++) {
      int at = longer.length - i;
      if (longer[at] == 1) {
        longer[at] = shorter[shorter.length - i];
      }
    }
    return longer;
  }

  /**
   * Refuses a target of another shape than the result: libtorch would give it new memory, which
   * Java's views of it and other tensors over it would not notice.
   */
  static void requireTarget(String operator, Tensor target, long[] result) {
    long[] shape = target.shape();
    if (!Arrays.equals(shape, result)) {
      throw new IllegalArgumentException(
          "the target of %s has the shape %s: expected that of the result, %s"
              .formatted(operator, Arrays.toString(shape), Arrays.toString(result)));
    }
  }

  /**
   * Refuses queries, keys and values that do not fit: libtorch's fused attention reads behind the
   * end of the keys if there are more values.
   */
  static void requireAttention(Tensor query, Tensor key, Tensor value) {
    long[] q = query.shape();
    long[] k = key.shape();
    long[] v = value.shape();
    boolean fit = q.length >= 2 && k.length == q.length && v.length == q.length;
    for (int i = 0; fit && i < q.length - 2; i++) {
      fit = k[i] == v[i];
    }
    if (!fit || k[k.length - 2] != v[v.length - 2] || q[q.length - 1] != k[k.length - 1]) {
      throw new IllegalArgumentException(
          "attention of queries %s, keys %s and values %s: expected (…, l, d), (…, L, d) and (…, L, e)"
              .formatted(Arrays.toString(q), Arrays.toString(k), Arrays.toString(v)));
    }
  }

  /** Refuses groups and weights that do not fit the channels: libtorch divides by the groups. */
  static void requireGroupNorm(
      Tensor input, long groups, @Nullable Tensor weight, @Nullable Tensor bias) {
    long[] shape = input.shape();
    if (shape.length != 4 || groups < 1 || shape[1] % groups != 0) {
      throw new IllegalArgumentException(
          "group norm of %s in %s groups: expected (B, channels, h, w), and at least 1 group that divides the channels"
              .formatted(Arrays.toString(shape), groups));
    }
    for (Tensor parameter : new @Nullable Tensor[] {weight, bias}) {
      if (parameter != null
          && (!Arrays.equals(parameter.shape(), new long[] {shape[1]})
              || !parameter.device().equals(input.device()))) {
        throw new IllegalArgumentException(
            "group norm of %s on %s with a weight or bias %s on %s: expected one number for each channel, on the same device"
                .formatted(
                    Arrays.toString(shape),
                    input.device(),
                    Arrays.toString(parameter.shape()),
                    parameter.device()));
      }
    }
  }
}
