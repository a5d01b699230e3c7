package io.nextscale.var;

import io.nextscale.var.scale.TokenMaps;
import java.util.Objects;

/**
 * Encoded images.
 *
 * @param tokens their token maps
 * @param latent output of the encoder after {@code quant_conv}, (B, Cvae, h, w) row-major; not
 *     copied
 * @param height h of the latent
 * @param width w of the latent
 */
public record Tokenized(TokenMaps tokens, float[] latent, int height, int width) {
  /** Checks that no component is null. */
  public Tokenized {
    Objects.requireNonNull(tokens, "tokens");
    Objects.requireNonNull(latent, "latent");
  }

  /** Writes number and sizes, not the values. */
  @Override
  public String toString() {
    return "Tokenized[%s, latent %sx%s]".formatted(tokens, height, width);
  }
}
