package io.nextscale.train.adversary;

import static org.assertj.core.api.Assertions.assertThat;

import io.nextscale.torch.Autograd;
import io.nextscale.torch.GradMode;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/** Gradients against the changes of a loss along random directions of length 1. */
final class FiniteDifferences {
  // of a float32 loss of about 1, both ends of a step together
  private static final double ROUNDING = 1e-6;
  // kinks of a small network that are crossed on the way
  private static final double KINKS = 0.05;
  // enough that a kink on one of them weighs little
  private static final int DIRECTIONS = 8;

  private FiniteDifferences() {}

  /**
   * Fails if the gradient that a leaf holds is not that of the loss: if over all directions the
   * differences between both are not small against the slopes.
   *
   * @param size of a step for each number, in the root of the mean square
   * @return whether the slopes stand out from the rounding, so that the comparison says something
   */
  static boolean agree(String name, Tensor leaf, Supplier<Tensor> loss, double size) {
    float[] gradient = Autograd.gradient(leaf).orElseThrow().toFloats();
    float[] at = leaf.toFloats();
    double step = size * Math.sqrt(at.length);
    double slopes = 0;
    double differences = 0;
    for (int i = 0; i < DIRECTIONS; i++) {
      float[] direction = direction(name.hashCode() + i, at.length);
      double expected = product(gradient, direction);
      write(leaf, at, direction, step);
      double above = value(loss);
      write(leaf, at, direction, -step);
      double below = value(loss);
      slopes = Math.hypot(slopes, expected);
      differences = Math.hypot(differences, (above - below) / (2 * step) - expected);
    }
    write(leaf, at, at, 0);
    double rounding = Math.sqrt(DIRECTIONS) * ROUNDING / (2 * step);
    assertThat(differences)
        .as("%s: differences to slopes of %s", name, slopes)
        .isLessThan(rounding + KINKS * slopes);
    return slopes > 5 * rounding;
  }

  private static float[] direction(long seed, int count) {
    float[] values = normals(seed, count);
    double length = Math.sqrt(product(values, values));
    for (int i = 0; i < count; i++) {
      values[i] = (float) (values[i] / length);
    }
    return values;
  }

  private static double product(float[] left, float[] right) {
    double sum = 0;
    for (int i = 0; i < left.length; i++) {
      sum += left[i] * right[i];
    }
    return sum;
  }

  /** Adds normal numbers to a leaf, each of {@code deviation}. */
  static void stir(String name, Tensor leaf, double deviation) {
    write(leaf, leaf.toFloats(), normals(~name.hashCode(), (int) leaf.numel()), deviation);
  }

  /** Images of normal numbers: (batch, 3, size, size). */
  static Tensor images(long seed, int batch, int size, double mean) {
    float[] values = normals(seed, batch * 3 * size * size);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (mean + 0.3 * values[i]);
    }
    return Tensor.of(values, batch, 3, size, size);
  }

  static float[] normals(long seed, int count) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static double value(Supplier<Tensor> loss) {
    try (TensorScope scope = TensorScope.open();
        GradMode mode = GradMode.disabled()) {
      return loss.get().toFloats()[0];
    }
  }

  private static void write(Tensor leaf, float[] at, float[] direction, double step) {
    float[] moved = new float[at.length];
    for (int i = 0; i < at.length; i++) {
      moved[i] = (float) (at[i] + step * direction[i]);
    }
    try (TensorScope scope = TensorScope.open();
        GradMode mode = GradMode.disabled()) {
      leaf.copyFrom(Tensor.of(moved, leaf.shape()));
    }
  }
}
