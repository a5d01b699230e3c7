package io.nextscale.var.config;

/** Distance by which a latent finds its nearest codebook entry, and scaling of the entries. */
public enum CodebookForm {
  /** Squared Euclidean distance; entries are used as stored. */
  EUCLIDEAN,
  /** Cosine similarity; codes are the entries as stored (VAR's {@code using_znorm}). */
  COSINE,
  /**
   * Latents and entries are scaled to length 1 at every use, codes included (FlexVAR's and
   * LlamaGen's {@code codebook_l2_norm}); stored entries may have any length.
   */
  UNIT
}
