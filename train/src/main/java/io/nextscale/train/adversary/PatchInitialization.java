package io.nextscale.train.adversary;

import io.nextscale.var.checkpoint.WeightSource;
import io.nextscale.var.nn.Distribution;
import io.nextscale.var.nn.InitialWeights;
import io.nextscale.var.nn.InitialWeights.Rule;
import java.util.List;
import java.util.SplittableRandom;

/** The initial weights of a {@link PatchDiscriminator}. */
public final class PatchInitialization {
  private static final double DEVIATION = 0.02;

  private PatchInitialization() {}

  /**
   * Draws kernels from a normal distribution with a deviation of 0.02 ({@code weights_init} in
   * {@code discriminator/model.py} of VQGAN); biases are 0, norms 1.
   *
   * @param seed same seed, same weights
   */
  public static WeightSource weights(long seed) {
    return new InitialWeights(
        "initial weights of seed " + seed,
        key -> new SplittableRandom(seed * 31 + key.hashCode()),
        List.of(
            Rule.ending("bias", Distribution.constant(0)),
            Rule.ending("norm.weight", Distribution.constant(1)),
            Rule.others(Distribution.normal(DEVIATION))));
  }
}
