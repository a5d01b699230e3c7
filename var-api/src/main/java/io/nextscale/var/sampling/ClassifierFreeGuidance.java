package io.nextscale.var.sampling;

import io.nextscale.var.check.Check;
import io.nextscale.var.scale.Scale;
import io.nextscale.var.scale.Scales;
import java.util.Objects;
import java.util.OptionalInt;

/**
 * Guidance of the published models: a strength, and how it changes from scale to scale. Made by
 * {@link Guidance#ramp}, {@link Guidance#constant} and {@link Guidance#flexRamp}. Immutable.
 *
 * @param form dependence of t on the scale
 * @param strength "cfg", 0 to {@link Guidance#MOST}; the strength without effect is 0 for a ramp
 *     and 1 for the others
 * @param rampScales index of the scale, counted from 0 and at least 1, at which the ramp reaches
 *     its strength; later scales exceed it. None, or beyond the last scale: the last scale
 * @param maxPatchNumber longest side in tokens, at least 1, of the grids that follow the ramp;
 *     larger grids get the full strength. None: all grids follow the ramp
 * @param interval LlamaGen's {@code cfg_interval}, at least 0: a raster model guides the first
 *     token and interval + 1 after it; none: all
 */
public record ClassifierFreeGuidance(
    Form form,
    double strength,
    OptionalInt rampScales,
    OptionalInt maxPatchNumber,
    OptionalInt interval)
    implements Guidance {
  static final int FLEXVAR_RAMP = 9;

  /** Dependence of t on the scale. */
  public enum Form {
    /**
     * t grows linearly from 0 at the first scale to cfg at the last (VAR), or to cfg at the tenth
     * scale and beyond it after that (FlexVAR). Strength 0 is unguided.
     */
    RAMP,
    /** t is cfg − 1 at every scale: uncond + cfg·(cond − uncond) (AiM). Strength 1 is unguided. */
    CONSTANT,
    /** As CONSTANT, but any strength up to 1 is unguided (LlamaGen). */
    ABOVE_ONE
  }

  /**
   * Checks every range.
   *
   * @throws IllegalArgumentException naming the component that is out of range
   */
  public ClassifierFreeGuidance {
    Objects.requireNonNull(form, "form");
    Objects.requireNonNull(rampScales, "rampScales");
    Objects.requireNonNull(maxPatchNumber, "maxPatchNumber");
    Objects.requireNonNull(interval, "interval");
    requireStrength(strength);
    rampScales.ifPresent(scale -> Check.atLeast("scales of the ramp", scale, 1));
    maxPatchNumber.ifPresent(side -> Check.atLeast("max-pn", side, 1));
    interval.ifPresent(tokens -> Check.atLeast("cfg-interval", tokens, 0));
  }

  /**
   * Checks a strength.
   *
   * @return the same strength
   * @throws IllegalArgumentException if it is not from 0 to {@link Guidance#MOST}
   */
  public static double requireStrength(double strength) {
    Check.that(
        strength >= 0 && strength <= MOST, "guidance (cfg)", strength, "0 to " + (long) MOST);
    return strength;
  }

  /** Copies this with another form. */
  public ClassifierFreeGuidance withForm(Form value) {
    return new ClassifierFreeGuidance(value, strength, rampScales, maxPatchNumber, interval);
  }

  /** Copies this with another strength. */
  public ClassifierFreeGuidance withStrength(double value) {
    return new ClassifierFreeGuidance(form, value, rampScales, maxPatchNumber, interval);
  }

  /**
   * Copies this with another longest side of the grids that follow the ramp.
   *
   * @param side in tokens, at least 1; none: all grids follow it
   */
  public ClassifierFreeGuidance withMaxPatchNumber(OptionalInt side) {
    return new ClassifierFreeGuidance(form, strength, rampScales, side, interval);
  }

  /** Copies this with another interval of guided tokens, or without. */
  public ClassifierFreeGuidance withInterval(OptionalInt tokens) {
    return new ClassifierFreeGuidance(form, strength, rampScales, maxPatchNumber, tokens);
  }

  /** Whether the strength has an effect, so that the unconditional rows must be computed. */
  public boolean isActive() {
    return switch (form) {
      case RAMP -> strength != 0;
      case CONSTANT -> strength != 1;
      case ABOVE_ONE -> strength > 1;
    };
  }

  @Override
  public boolean isActive(Scales scales) {
    return isActive();
  }

  @Override
  public Formula formula() {
    return form == Form.RAMP ? Formula.EXTRAPOLATION : Formula.INTERPOLATION;
  }

  @Override
  public double weight(Scales scales, int k) {
    if (form != Form.RAMP) {
      return isActive() ? strength - 1 : 0;
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
}
