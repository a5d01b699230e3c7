package io.nextscale.var.sampling;

import io.nextscale.torch.Tensor;
import io.nextscale.var.check.Check;
import io.nextscale.var.scale.Scale;
import io.nextscale.var.scale.Scales;
import java.util.OptionalInt;

/**
 * Classifier-free guidance: {@code (1+t)·conditional − t·unconditional} with a t of its own for
 * each scale ({@code autoregressive_infer_cfg} of both official repositories).
 *
 * @param form how t depends on the scale
 * @param strength "cfg", at least 0; the unguided value depends on the form
 * @param rampScales index of the scale, from 1, at which the ramp reaches its full strength; it
 *     rises further after it. Without one, or where there are fewer scales: the last scale
 * @param maxPatchNumber longest side, at least 1, of the grids that follow the ramp; longer ones
 *     get its full strength. Without one, all grids follow the ramp
 */
public record Guidance(
    Form form, double strength, OptionalInt rampScales, OptionalInt maxPatchNumber) {
  private static final int FLEXVAR_RAMP = 9;

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

  /** Checks every range. */
  public Guidance {
    Check.that(
        strength >= 0 && Double.isFinite(strength),
        "guidance (cfg)",
        strength,
        "a number of at least 0");
    rampScales.ifPresent(scale -> Check.atLeast("scales of the ramp", scale, 1));
    maxPatchNumber.ifPresent(side -> Check.that(side > 0, "max-pn", side, "0 and more (0: none)"));
  }

  /** Grows over all scales (VAR). */
  public static Guidance ramp(double strength) {
    return new Guidance(Form.RAMP, strength, OptionalInt.empty(), OptionalInt.empty());
  }

  /** Stays the same at every scale (LlamaGen). */
  public static Guidance constant(double strength) {
    return new Guidance(Form.CONSTANT, strength, OptionalInt.empty(), OptionalInt.empty());
  }

  /**
   * Grows over the first ten scales (FlexVAR).
   *
   * @param maxPatchNumber grids with a longer side get the full strength; 0, as on the command
   *     line: none do
   */
  public static Guidance flexRamp(double strength, int maxPatchNumber) {
    return new Guidance(Form.RAMP, strength, OptionalInt.of(FLEXVAR_RAMP), OptionalInt.empty())
        .withMaxPatchNumber(maxPatchNumber);
  }

  /** Copies it in another form. */
  public Guidance withForm(Form value) {
    return new Guidance(value, strength, rampScales, maxPatchNumber);
  }

  /** Copies it at another strength. */
  public Guidance withStrength(double value) {
    return new Guidance(form, value, rampScales, maxPatchNumber);
  }

  /** Copies it with another longest side of the ramp; 0, as on the command line: any side. */
  public Guidance withMaxPatchNumber(int side) {
    return new Guidance(
        form, strength, rampScales, side == 0 ? OptionalInt.empty() : OptionalInt.of(side));
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
    int side = Math.max(scale.height(), scale.width());
    boolean full = maxPatchNumber.isPresent() && side > maxPatchNumber.getAsInt();
    return full ? strength : strength * ramp(scales, k);
  }

  private double ramp(Scales scales, int k) {
    int last = Math.min(scales.count() - 1, rampScales.orElse(scales.count()));
    return last == 0 ? 0 : (double) k / last;
  }

  /**
   * Combines the two halves of a batch: logits, or the hidden states before the head. The head is
   * linear and the weights add up to one, so either way gives the same logits.
   *
   * @param both (2B, l, n), the conditional half first; (B, l, n) if the guidance is not active
   * @return (B, l, n)
   */
  public Tensor combine(Tensor both, Scales scales, int k) {
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
