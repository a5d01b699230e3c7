package io.nextscale.var.model;

import io.nextscale.var.scale.ImageSize;
import io.nextscale.var.scale.Scales;
import io.nextscale.var.tokenizer.QuantizerConfig;
import io.nextscale.var.tokenizer.TokenizerConfig;

/**
 * Everything about an image tokenizer except its weights.
 *
 * @param name for people
 * @param config its numbers
 * @param scales the grids of its token maps; if it takes others too, those it is used with by
 *     default
 */
public record TokenizerSpec(String name, TokenizerConfig config, Scales scales) {
  /** Side of a token in pixels. */
  public int patch() {
    return config.downsampling();
  }

  /** Size of the images of its own scales. */
  public ImageSize imageSize() {
    return imageSize(scales);
  }

  /** Size of the images of some scales. */
  public ImageSize imageSize(Scales of) {
    return ImageSize.of(of.last(), patch());
  }

  /** Whether any scales will do: each of them describes the whole image (FlexVAR). */
  public boolean hasFreeScales() {
    return config.quantizer() instanceof QuantizerConfig.GroundTruth;
  }

  /**
   * Checks that the scales may be chosen.
   *
   * @param what was asked for, for the message
   * @throws IllegalArgumentException if this is a residual model
   */
  public void requireFreeScales(String what) {
    if (!hasFreeScales()) {
      throw new IllegalArgumentException(
          what
              + ": "
              + name
              + " is a residual model, it has the scales "
              + scales
              + " and images of "
              + imageSize()
              + " only; a FlexVAR model takes any");
    }
  }

  /**
   * Checks that it can have some scales.
   *
   * @throws IllegalArgumentException otherwise
   */
  public Scales requireScales(Scales wanted) {
    if (!wanted.equals(scales)) {
      requireFreeScales("scales " + wanted);
    }
    return wanted;
  }
}
