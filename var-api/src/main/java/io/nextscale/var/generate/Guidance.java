package io.nextscale.var.generate;

import io.nextscale.torch.Tensor;
import io.nextscale.var.scale.Scale;
import io.nextscale.var.scale.Scales;

/**
 * Classifier-free guidance: {@code (1+t)·conditional − t·unconditional} with a t of its own for
 * each scale ({@code autoregressive_infer_cfg} of both official repositories).
 *
 * @param form how t depends on the scale
 * @param strength "cfg"; what 0 and 1 mean depends on the form
 * @param rampScales the ramp reaches its full strength at this scale, counted from 0, and rises
 *     further after it; if there are fewer, at the last one
 * @param maxPatchNumber grids with a longer side get the full strength; 0: none do
 */
public record Guidance(Form form, double strength, int rampScales, int maxPatchNumber) {
  /** How t depends on the scale. */
  public enum Form {
    /**
     * t grows linearly from 0 at the first scale to cfg at the last (VAR), or at the tenth and on
     * from there (FlexVAR). Strength 0 is unguided.
     */
    RAMP,
    /**
     * t = cfg − 1 at every scale: uncond + cfg·(cond − uncond) (LlamaGen). Strength 1 is unguided.
     */
    CONSTANT
  }

  /** Checks the strength. */
  public Guidance {
    if (!Double.isFinite(strength) || strength < 0) {
      throw new IllegalArgumentException(
          "guidance (cfg) " + strength + ": a number of at least 0 is expected");
    }
    if (rampScales < 1 || maxPatchNumber < 0) {
      throw new IllegalArgumentException(
          "ramp over " + rampScales + " scales, max-pn " + maxPatchNumber + ": at least 1 and 0");
    }
  }

  /** VAR's: a ramp over all scales. */
  public static Guidance ramp(double strength) {
    return new Guidance(Form.RAMP, strength, Integer.MAX_VALUE, 0);
  }

  /** LlamaGen's: the same at every scale. */
  public static Guidance constant(double strength) {
    return new Guidance(Form.CONSTANT, strength, Integer.MAX_VALUE, 0);
  }

  /** FlexVAR's: a ramp over the first ten scales, full strength above {@code maxPatchNumber}. */
  public static Guidance flexRamp(double strength, int maxPatchNumber) {
    return new Guidance(Form.RAMP, strength, 9, maxPatchNumber);
  }

  /** The same form at another strength. */
  public Guidance withStrength(double value) {
    return new Guidance(form, value, rampScales, maxPatchNumber);
  }

  /** Whether the unconditional half of the batch has to be computed at all. */
  public boolean isActive() {
    return strength != (form == Form.RAMP ? 0 : 1);
  }

  /** t of scale k. */
  public double weight(Scales scales, int k) {
    if (form == Form.CONSTANT) {
      return strength - 1;
    }
    Scale scale = scales.get(k);
    if (maxPatchNumber > 0 && Math.max(scale.height(), scale.width()) > maxPatchNumber) {
      return strength;
    }
    return strength * ramp(scales, k);
  }

  private double ramp(Scales scales, int k) {
    int last = Math.min(scales.count() - 1, rampScales);
    return last == 0 ? 0 : (double) k / last;
  }

  /**
   * Combines the two halves of a batch: logits, or the hidden states before the head. The head is
   * linear and the weights add up to one, so either way gives the same logits.
   *
   * @param both (2B, l, n), the conditional half first; (B, l, n) if the guidance is not active
   * @return (B, l, n)
   */
  Tensor combine(Tensor both, Scales scales, int k) {
    if (!isActive()) {
      return both;
    }
    double t = weight(scales, k);
    long half = both.size(0) / 2;
    Tensor conditional = both.narrow(0, 0, half);
    Tensor unconditional = both.narrow(0, half, half);
    if (form == Form.CONSTANT) {
      return unconditional.add(conditional.sub(unconditional).mul(strength));
    }
    return conditional.mul(1 + t).sub(unconditional.mul(t));
  }
}
