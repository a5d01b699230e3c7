package io.nextscale.train.transformer;

import io.nextscale.var.nn.Distribution;
import io.nextscale.var.nn.InitialWeights.Rule;
import java.util.List;

/**
 * The initial weights of a Mamba-2 layer but for its projections ({@code Mamba2.__init__} in {@code
 * mamba_ssm/modules/mamba2.py}): decay rates from 1 to 16, and steps Δ from 0.001 to 0.1.
 */
final class MambaInitialization {
  private static final double LARGEST_DECAY = 16;
  private static final double LEAST_STEP = 1e-3;
  private static final double LARGEST_STEP = 0.1;

  static final List<Rule> RULES =
      List.of(
          Rule.ending(
              "mamba.A_log",
              (random, shape) -> index -> Math.log(random.nextDouble(1, LARGEST_DECAY))),
          Rule.ending("mamba.dt_bias", (random, shape) -> index -> bias(random.nextDouble())),
          Rule.ending("mamba.D", Distribution.constant(1)),
          Rule.ending("mamba.norm.weight", Distribution.constant(1)),
          Rule.ending("mamba.conv1d.weight", Distribution.uniformByFanIn()));

  private MambaInitialization() {}

  /** The bias whose softplus is a step, drawn uniformly in its logarithm. */
  private static double bias(double drawn) {
    double step = LEAST_STEP * Math.pow(LARGEST_STEP / LEAST_STEP, drawn);
    return Math.log(Math.expm1(step));
  }
}
