package io.nextscale.var.config;

import io.nextscale.var.scale.Scales;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** The kind of a quantizer: what it encodes at each scale, and at which scales. */
public sealed interface QuantizerConfig {
  /**
   * Chooses the scales of token maps where a quantizer leaves a choice.
   *
   * @param own scales of the model
   * @param choice gives other scales, for a quantizer that takes any
   * @return {@code own} where the quantizer is made for them alone, else those of {@code choice}
   */
  Scales choose(Scales own, Supplier<Scales> choice);

  /**
   * All scales that a training may need tokens of: the model's own, or every square up to the last
   * of them.
   */
  default Scales every(Scales own) {
    return choose(
        own, () -> Scales.squares(IntStream.rangeClosed(1, own.last().height()).toArray()));
  }

  /**
   * Encodes what the coarser scales left over (VAR).
   *
   * @param phiRatio share of the convolution in φ; 0: φ is the identity and has no weights
   * @param phiSharing 0: one φ for each scale; 1: one for all; n: n shared ones
   */
  record Residual(double phiRatio, int phiSharing) implements QuantizerConfig {
    /** Checks every range. */
    public Residual {
      if (phiSharing < 0 || phiSharing > 1024) {
        throw new IllegalArgumentException(
            "share_quant_resi " + phiSharing + ": expected 0 to 1024");
      }
      if (!Double.isFinite(phiRatio)) {
        throw new IllegalArgumentException("quant_resi " + phiRatio + ": must be finite");
      }
    }

    @Override
    public Scales choose(Scales own, Supplier<Scales> choice) {
      return own;
    }
  }

  /** Encodes the whole image at each scale, independently of the other scales (FlexVAR). */
  record GroundTruth() implements QuantizerConfig {
    @Override
    public Scales choose(Scales own, Supplier<Scales> choice) {
      return choice.get();
    }
  }
}
