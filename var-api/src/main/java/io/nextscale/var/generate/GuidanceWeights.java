package io.nextscale.var.generate;

import io.nextscale.torch.Tensor;
import io.nextscale.var.sampling.Guidance;
import io.nextscale.var.scale.Scales;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * Guidance of one generation: its t at each scale.
 *
 * @param active whether the batch has unconditional rows
 * @param formula order of the combination
 * @param ofScale t of each scale
 * @param interval a raster model guides the first token and interval + 1 after it; none: all
 */
public record GuidanceWeights(
    boolean active, Guidance.Formula formula, List<Double> ofScale, OptionalInt interval) {
  /**
   * Asks a guidance once for each scale.
   *
   * @throws IllegalArgumentException if a weight is beyond {@link Guidance#MOST}
   */
  public static GuidanceWeights of(Guidance guidance, Scales scales) {
    List<Double> weights = new ArrayList<>();
    for (int k = 0; k < scales.count(); k++) {
      double t = guidance.weight(scales, k);
      if (!(Math.abs(t) <= Guidance.MOST)) {
        throw new IllegalArgumentException(
            "guidance weight %1$s at scale %2$s (%3$s): expected -%4$s to %4$s"
                .formatted(t, k, scales.get(k), (long) Guidance.MOST));
      }
      weights.add(t);
    }
    return new GuidanceWeights(
        guidance.isActive(scales), guidance.formula(), List.copyOf(weights), guidance.interval());
  }

  /**
   * Combines the two halves of a batch: logits, or the hidden states before the head. The head is
   * linear and the weights of the halves add up to one, so both give the same logits.
   *
   * @param both (2B, l, n), the conditional half first; (B, l, n) if the guidance is not active
   * @param k index of the scale
   * @return (B, l, n)
   */
  public Tensor combine(Tensor both, int k) {
    if (!active) {
      return both;
    }
    double t = ofScale.get(k);
    long half = both.size(0) / 2;
    Tensor conditional = both.narrow(0, 0, half);
    Tensor unconditional = both.narrow(0, half, half);
    return switch (formula) {
      case EXTRAPOLATION -> conditional.mul(1 + t).sub(unconditional.mul(t));
      case INTERPOLATION -> unconditional.add(conditional.sub(unconditional).mul(1 + t));
    };
  }

  /**
   * Combines the two halves of a batch for one token of a raster model: beyond the interval it is
   * the conditional half alone.
   *
   * @param position of the token in its image, from 0
   */
  public Tensor combine(Tensor both, int k, int position) {
    if (active && interval.isPresent() && position > interval.getAsInt() + 1) {
      return both.narrow(0, 0, both.size(0) / 2);
    }
    return combine(both, k);
  }
}
