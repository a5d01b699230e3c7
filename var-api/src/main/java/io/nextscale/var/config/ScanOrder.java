package io.nextscale.var.config;

/** The order in which a mixer that works along a sequence visits the tokens of a scale. */
public enum ScanOrder {
  /** Row by row in every block (M-VAR). */
  RASTER,
  /**
   * Eight zigzag paths, which alternate over the blocks (ZigMa; our reading of FlexVAR's appendix
   * B).
   */
  ZIGZAG
}
