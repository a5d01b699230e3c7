package io.nextscale.var.model;

import io.nextscale.var.checkpoint.WeightSource;
import io.nextscale.var.nn.Distribution;
import io.nextscale.var.nn.InitialWeights;
import io.nextscale.var.nn.InitialWeights.Rule;
import java.util.List;
import java.util.SplittableRandom;

/** Random weights of a model that is only measured. */
final class RandomWeights {
  private RandomWeights() {}

  /**
   * Draws weights uniformly, scaled by the fan-in so that activations keep their size; biases are
   * 0, norms 1.
   */
  static WeightSource of(long seed) {
    return new InitialWeights(
        "random weights " + seed,
        key -> new SplittableRandom(seed ^ (long) key.hashCode() << 20),
        List.of(
            Rule.ending("bias", Distribution.constant(0)),
            new Rule(
                key -> key.contains("norm") && key.endsWith("weight"), Distribution.constant(1)),
            Rule.ending("scale_mul_1H11", Distribution.constant(Math.log(4))),
            Rule.ending(".A_log", Distribution.constant(1)),
            Rule.ending(".D", Distribution.constant(1)),
            Rule.others(uniform())));
  }

  /** Uniform distribution from 24 random bits an element: gigabytes of them are drawn at once. */
  private static Distribution uniform() {
    return (random, shape) -> {
      float bound = (float) Math.sqrt(3.0 / Distribution.fanIn(shape));
      return index -> (random.nextInt() >> 8) * 0x1p-23f * bound;
    };
  }
}
