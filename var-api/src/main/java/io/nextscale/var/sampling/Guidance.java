package io.nextscale.var.sampling;

import io.nextscale.var.scale.Scales;
import java.util.Arrays;
import java.util.Objects;
import java.util.OptionalInt;

/**
 * Guidance as a function of the scale: {@code (1+t)·conditional − t·unconditional} with a t of its
 * own for each scale ({@code autoregressive_infer_cfg} of both official repositories). Active
 * guidance doubles the rows of the batch, and so the work.
 *
 * <p>{@link #ramp}, {@link #constant} and {@link #flexRamp} are those of the published models; a
 * list of numbers ({@link #ofScales}) or a function of your own takes their place:
 *
 * <pre>{@code
 * // none at the first three scales, then 2
 * GenerationRequest.of(207).guidance((scales, k) -> k < 3 ? 0 : 2).build();
 * }</pre>
 */
@FunctionalInterface
public interface Guidance {
  /** Largest t, and strength; larger ones would overflow float32 with the logits. */
  double MOST = 1e9;

  /** The order in which the two predictions are combined; both are equal but for rounding. */
  enum Formula {
    /** (1+t)·conditional − t·unconditional (VAR, FlexVAR). */
    EXTRAPOLATION,
    /** unconditional + (1+t)·(conditional − unconditional) (LlamaGen). */
    INTERPOLATION
  }

  /**
   * Gives t of scale k. At 0 the scale is the conditional prediction.
   *
   * @param scales of the generation
   * @param k index of the scale, from 0
   * @return a number from −{@link #MOST} to {@link #MOST}
   */
  double weight(Scales scales, int k);

  /** Order of the combination. */
  default Formula formula() {
    return Formula.EXTRAPOLATION;
  }

  /**
   * LlamaGen's {@code cfg_interval}: a raster model guides the first token and interval + 1 after
   * it; later tokens are the conditional prediction. None, as by default: all.
   */
  default OptionalInt interval() {
    return OptionalInt.empty();
  }

  /**
   * Whether the unconditional predictions must be computed: by default, whether t is not 0 at any
   * scale.
   */
  default boolean isActive(Scales scales) {
    for (int k = 0; k < scales.count(); k++) {
      if (weight(scales, k) != 0) {
        return true;
      }
    }
    return false;
  }

  /**
   * Guidance that grows over all scales (VAR).
   *
   * @param strength at the last scale, 0 to {@link #MOST}; 0 is unguided
   * @throws IllegalArgumentException if it is out of range
   */
  static ClassifierFreeGuidance ramp(double strength) {
    return new ClassifierFreeGuidance(
        ClassifierFreeGuidance.Form.RAMP,
        strength,
        OptionalInt.empty(),
        OptionalInt.empty(),
        OptionalInt.empty());
  }

  /**
   * Guidance of raster models that is the same for every token (LlamaGen).
   *
   * @param strength 0 to {@link #MOST}; up to 1 it is unguided
   * @throws IllegalArgumentException if it is out of range
   */
  static ClassifierFreeGuidance aboveOne(double strength) {
    return constant(strength).withForm(ClassifierFreeGuidance.Form.ABOVE_ONE);
  }

  /**
   * Guidance that is the same at every scale (AiM; an option of FlexVAR).
   *
   * @param strength 0 to {@link #MOST}; 1 is unguided
   * @throws IllegalArgumentException if it is out of range
   */
  static ClassifierFreeGuidance constant(double strength) {
    return new ClassifierFreeGuidance(
        ClassifierFreeGuidance.Form.CONSTANT,
        strength,
        OptionalInt.empty(),
        OptionalInt.empty(),
        OptionalInt.empty());
  }

  /**
   * Guidance that reaches its strength at the tenth scale (FlexVAR); all grids follow the ramp.
   *
   * @param strength at the tenth scale, or the last if there are fewer; 0 is unguided
   * @throws IllegalArgumentException if it is out of range
   */
  static ClassifierFreeGuidance flexRamp(double strength) {
    return new ClassifierFreeGuidance(
        ClassifierFreeGuidance.Form.RAMP,
        strength,
        OptionalInt.of(ClassifierFreeGuidance.FLEXVAR_RAMP),
        OptionalInt.empty(),
        OptionalInt.empty());
  }

  /**
   * Guidance that reaches its strength at the tenth scale, and on large grids (FlexVAR).
   *
   * @param strength at the tenth scale, or the last if there are fewer; 0 is unguided
   * @param maxPatchNumber grids with a longer side, in tokens, get the full strength; at least 1
   * @throws IllegalArgumentException if one is out of range
   */
  static ClassifierFreeGuidance flexRamp(double strength, int maxPatchNumber) {
    return flexRamp(strength).withMaxPatchNumber(OptionalInt.of(maxPatchNumber));
  }

  /**
   * Guidance with a t of its own for each scale.
   *
   * @param weights t of each scale, −{@link #MOST} to {@link #MOST}, as many as the generation has
   *     scales
   * @throws IllegalArgumentException if there is none or one is out of range
   */
  static ListedGuidance ofScales(double... weights) {
    Objects.requireNonNull(weights, "weights");
    return new ListedGuidance(Arrays.stream(weights).boxed().toList());
  }
}
