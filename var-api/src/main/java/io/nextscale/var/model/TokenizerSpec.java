package io.nextscale.var.model;

import io.nextscale.var.config.TokenizerConfig;
import io.nextscale.var.scale.ImageSize;
import io.nextscale.var.scale.Scales;

/**
 * A tokenizer without its weights.
 *
 * @param name for people
 * @param config its hyperparameters
 * @param scales the grids of its token maps; the default ones if it takes others too
 */
public record TokenizerSpec(String name, TokenizerConfig config, Scales scales) {
  /** Side of the square of pixels that a token of the last scale stands for. */
  public int patch() {
    return config.downsampling();
  }

  /** Size of the images of {@link #scales}, in pixels. */
  public ImageSize imageSize() {
    return imageSize(scales);
  }

  /** Size of the images of other scales, in pixels. */
  public ImageSize imageSize(Scales of) {
    return ImageSize.of(of.last(), patch());
  }

  /** Whether it takes other scales too; see {@link TokenizerConfig#hasFreeScales}. */
  public boolean hasFreeScales() {
    return config.hasFreeScales();
  }

  /**
   * Checks that the scales may be chosen.
   *
   * @param what the request that needs it, for the message
   * @throws IllegalArgumentException if this is a residual model
   */
  public void requireFreeScales(String what) {
    if (!hasFreeScales()) {
      throw new IllegalArgumentException(
          "%s: %s is a residual model, it has the scales %s and images of %s only; a FlexVAR model takes any"
              .formatted(what, name, scales, imageSize()));
    }
  }

  /**
   * Checks that it takes some scales.
   *
   * @return these scales
   * @throws IllegalArgumentException if it does not
   */
  public Scales requireScales(Scales wanted) {
    if (!wanted.equals(scales)) {
      requireFreeScales("scales " + wanted);
    }
    return wanted;
  }
}
