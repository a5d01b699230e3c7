package io.nextscale.train.tokenizer;

import io.nextscale.train.optim.StepRandom;
import io.nextscale.var.checkpoint.WeightSource;
import io.nextscale.var.nn.Distribution;
import io.nextscale.var.nn.InitialWeights;
import io.nextscale.var.nn.InitialWeights.Rule;
import java.util.List;

/** The initial weights of a tokenizer. */
public final class TokenizerInitialization {
  private TokenizerInitialization() {}

  /**
   * Draws kernels uniformly within {@code ±1/√fan-in}, which the official code keeps from PyTorch,
   * and codes from a normal distribution, until {@link CodeVectors} sets them from images; biases
   * are 0, norms 1.
   *
   * @param seed same seed, same weights
   */
  public static WeightSource weights(long seed) {
    return new InitialWeights(
        "initial weights of seed " + seed,
        key -> StepRandom.of(seed, key, 0),
        List.of(
            Rule.ending("bias", Distribution.constant(0)),
            Rule.containing("norm", Distribution.constant(1)),
            Rule.ending("embedding.weight", Distribution.normal(1)),
            Rule.others(Distribution.uniformByFanIn())));
  }
}
