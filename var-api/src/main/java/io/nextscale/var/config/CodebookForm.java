package io.nextscale.var.config;

/** What "nearest" means among the entries of a codebook, and what is looked up. */
public enum CodebookForm {
  /** Nearest by squared distance. */
  EUCLIDEAN,
  /** Nearest by cosine; looked up as stored (VAR's {@code using_znorm}). */
  COSINE,
  /**
   * Latents and entries have unit length at every use, also when looked up (FlexVAR's and
   * LlamaGen's {@code codebook_l2_norm}); the stored ones need not.
   */
  UNIT
}
