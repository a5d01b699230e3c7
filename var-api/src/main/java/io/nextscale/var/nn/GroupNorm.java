package io.nextscale.var.nn;

import io.nextscale.torch.Functional;
import io.nextscale.torch.GradMode;
import io.nextscale.torch.InPlace;
import io.nextscale.torch.Tensor;
import io.nextscale.var.checkpoint.WeightReader;

/**
 * Normalisation over groups of channels.
 *
 * @param weight (channels)
 * @param bias (channels)
 * @param groups number of groups; divides the channels
 * @param epsilon added to the variance
 */
public record GroupNorm(Tensor weight, Tensor bias, int groups, double epsilon) {
  /** Reads {@code weight} and {@code bias}. */
  public static GroupNorm read(WeightReader reader, long channels, int groups, double epsilon) {
    return new GroupNorm(
        reader.read("weight", channels), reader.read("bias", channels), groups, epsilon);
  }

  /** (B, channels, h, w), same out. */
  public Tensor forward(Tensor input) {
    return Functional.groupNorm(input, groups, weight, bias, epsilon);
  }

  /** SiLU of {@link #forward}, in the memory of the norm where no gradient needs it. */
  public Tensor forwardSilu(Tensor input) {
    Tensor norm = forward(input);
    return GradMode.isEnabled() ? Functional.silu(norm) : InPlace.silu(norm);
  }
}
