package io.nextscale.var.model;

import io.nextscale.var.config.TokenizerConfig;
import io.nextscale.var.scale.ImageSize;
import io.nextscale.var.scale.Scales;
import java.util.Objects;

/**
 * Configuration of an image tokenizer: everything but its weights. Immutable.
 *
 * @param name for people
 * @param config hyperparameters
 * @param scales the scales of its token maps; the only ones, unless {@link #hasFreeScales}
 */
public record TokenizerSpec(String name, TokenizerConfig config, Scales scales) {
  /** Checks that no component is null. */
  public TokenizerSpec {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(config, "config");
    Objects.requireNonNull(scales, "scales");
  }

  /** Side of a token of the last scale, in pixels. */
  public int patch() {
    return config.downsampling();
  }

  /** Size of the images of {@link #scales}, in pixels. */
  public ImageSize imageSize() {
    return imageSize(scales);
  }

  /** Size of the images of given scales, in pixels. */
  public ImageSize imageSize(Scales of) {
    return ImageSize.of(of.last(), patch());
  }

  /** Whether a request may choose its scales; see {@link TokenizerConfig#hasFreeScales}. */
  public boolean hasFreeScales() {
    return config.hasFreeScales();
  }

  /**
   * Checks that a request may choose its scales.
   *
   * @param wish part of the request that needs it, for the message
   * @throws IllegalArgumentException if this model has fixed scales
   */
  public void requireFreeScales(String wish) {
    if (!hasFreeScales()) {
      throw new IllegalArgumentException(
          ("%s: %s is %s, it has the scales %s and images of %s only;"
                  + " a FlexVAR model takes any")
              .formatted(wish, name, config.quantizer().kind(), scales, imageSize()));
    }
  }

  /**
   * Checks that this tokenizer takes given scales.
   *
   * @return the same scales
   * @throws IllegalArgumentException if it does not take them
   */
  public Scales requireScales(Scales wanted) {
    if (!wanted.equals(scales)) {
      requireFreeScales("scales " + wanted);
    }
    return wanted;
  }
}
