package io.nextscale.var.nn;

import io.nextscale.torch.Layers;
import io.nextscale.torch.Tensor;
import io.nextscale.var.checkpoint.WeightReader;

/**
 * Normalization over groups of channels, {@code gamma·(x − mean)/sqrt(variance + epsilon) + beta}.
 *
 * @param weight gamma (channels)
 * @param bias beta (channels)
 * @param groups number of groups; divides the channels
 * @param epsilon added to the variance
 */
public record GroupNorm(Tensor weight, Tensor bias, int groups, double epsilon) implements Stage {
  /** Reads {@code weight} and {@code bias}. */
  public static GroupNorm read(WeightReader reader, long channels, int groups, double epsilon) {
    return new GroupNorm(
        reader.read("weight", channels), reader.read("bias", channels), groups, epsilon);
  }

  /** Maps (B, channels, h, w) to (B, channels, h, w). */
  @Override
  public Tensor forward(Tensor x) {
    return Layers.groupNorm(x, groups, weight, bias, epsilon);
  }
}
