package io.nextscale.var.sampling;

import io.nextscale.torch.Tensor;
import io.nextscale.var.check.Check;
import io.nextscale.var.scale.Scale;
import io.nextscale.var.scale.Scales;
import java.util.OptionalInt;

/**
 * Classifier-free guidance: {@code (1+t)·conditional − t·unconditional} with a t of its own for
 * each scale ({@code autoregressive_infer_cfg} of both official repositories). Active guidance
 * doubles the rows of the batch, and so the work. Immutable.
 *
 * @param form dependence of t on the scale
 * @param strength "cfg", finite and at least 0; the strength without effect is 0 for a ramp and 1
 *     for a constant
 * @param rampScales index of the scale, counted from 0 and at least 1, at which the ramp reaches
 *     its strength; later scales exceed it. None, or beyond the last scale: the last scale
 * @param maxPatchNumber longest side in tokens, at least 1, of the grids that follow the ramp;
 *     larger grids get the full strength. None: all grids follow the ramp
 */
public record Guidance(
    Form form, double strength, OptionalInt rampScales, OptionalInt maxPatchNumber) {
  private static final int FLEXVAR_RAMP = 9;

  /** Dependence of t on the scale. */
  public enum Form {
    /**
     * t grows linearly from 0 at the first scale to cfg at the last (VAR), or to cfg at the tenth
     * scale and beyond it after that (FlexVAR). Strength 0 is unguided.
     */
    RAMP,
    /**
     * t is cfg − 1 at every scale: uncond + cfg·(cond − uncond) (LlamaGen). Strength 1 is unguided.
     */
    CONSTANT
  }

  /**
   * Checks every range.
   *
   * @throws IllegalArgumentException naming the component that is out of range
   */
  public Guidance {
    Check.that(
        strength >= 0 && Double.isFinite(strength),
        "guidance (cfg)",
        strength,
        "a number of at least 0");
    rampScales.ifPresent(scale -> Check.atLeast("scales of the ramp", scale, 1));
    maxPatchNumber.ifPresent(side -> Check.that(side > 0, "max-pn", side, "0 and more (0: none)"));
  }

  /**
   * Guidance that grows over all scales (VAR).
   *
   * @param strength at the last scale, at least 0; 0 is unguided
   */
  public static Guidance ramp(double strength) {
    return new Guidance(Form.RAMP, strength, OptionalInt.empty(), OptionalInt.empty());
  }

  /**
   * Guidance that is the same at every scale (LlamaGen).
   *
   * @param strength at least 0; 1 is unguided
   */
  public static Guidance constant(double strength) {
    return new Guidance(Form.CONSTANT, strength, OptionalInt.empty(), OptionalInt.empty());
  }

  /**
   * Guidance that reaches its strength at the tenth scale (FlexVAR).
   *
   * @param strength at the tenth scale, or the last if there are fewer; 0 is unguided
   * @param maxPatchNumber grids with a longer side, in tokens, get the full strength; 0, as on the
   *     command line: all follow the ramp
   */
  public static Guidance flexRamp(double strength, int maxPatchNumber) {
    return new Guidance(Form.RAMP, strength, OptionalInt.of(FLEXVAR_RAMP), OptionalInt.empty())
        .withMaxPatchNumber(maxPatchNumber);
  }

  /** Copies this with another form. */
  public Guidance withForm(Form value) {
    return new Guidance(value, strength, rampScales, maxPatchNumber);
  }

  /** Copies this with another strength. */
  public Guidance withStrength(double value) {
    return new Guidance(form, value, rampScales, maxPatchNumber);
  }

  /**
   * Copies this with another longest side of the grids that follow the ramp.
   *
   * @param side in tokens; 0, as on the command line: all grids follow it
   */
  public Guidance withMaxPatchNumber(int side) {
    return new Guidance(
        form, strength, rampScales, side == 0 ? OptionalInt.empty() : OptionalInt.of(side));
  }

  /** Whether the strength has an effect, so that the unconditional rows must be computed. */
  public boolean isActive() {
    return strength != (form == Form.RAMP ? 0 : 1);
  }

  /** Computes t of scale k. */
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
   * linear and the weights of the halves add up to one, so both give the same logits. Called by the
   * engine.
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
