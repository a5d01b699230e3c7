package io.nextscale.var.nn;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.LongToDoubleFunction;

/** Distribution of the elements of an initial weight. */
@FunctionalInterface
public interface Distribution {
  /**
   * Begins to draw a weight.
   *
   * @param random stream of random numbers for this weight alone
   * @param shape of the weight
   * @return gives the element at an index in row-major order; to be called once for each index, in
   *     order
   */
  LongToDoubleFunction elements(SplittableRandom random, long... shape);

  /** The same value for all elements. */
  static Distribution constant(double value) {
    return (random, shape) -> index -> value;
  }

  /**
   * Normal distribution around 0.
   *
   * @param deviation standard deviation
   */
  static Distribution normal(double deviation) {
    return (random, shape) -> index -> random.nextGaussian() * deviation;
  }

  /** Uniform distribution within {@code ±1/√fan-in}, PyTorch's for a convolution. */
  static Distribution uniformByFanIn() {
    return (random, shape) -> {
      double bound = 1 / Math.sqrt(fanIn(shape));
      return index -> random.nextDouble(-bound, bound);
    };
  }

  /** Number of inputs of one output: the product of all dimensions but the first. */
  static long fanIn(long... shape) {
    return Arrays.stream(shape).skip(1).reduce(1, Math::multiplyExact);
  }
}
