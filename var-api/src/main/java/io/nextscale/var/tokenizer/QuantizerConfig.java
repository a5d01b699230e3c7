package io.nextscale.var.tokenizer;

/** What the tokens of a scale stand for. */
public sealed interface QuantizerConfig {
  /**
   * What the coarser scales left over (VAR).
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
  }

  /** The whole image at that size, whatever the other scales are (FlexVAR). */
  record GroundTruth() implements QuantizerConfig {}
}
