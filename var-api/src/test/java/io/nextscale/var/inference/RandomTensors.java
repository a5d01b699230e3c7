package io.nextscale.var.inference;

import io.nextscale.torch.Tensor;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Float32 tensors of elements in [-1, 1). */
final class RandomTensors {
  private RandomTensors() {}

  static Tensor of(SplittableRandom random, long... shape) {
    float[] values = new float[(int) Arrays.stream(shape).reduce(1, Math::multiplyExact)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextDouble(-1, 1);
    }
    return Tensor.of(values, shape);
  }
}
