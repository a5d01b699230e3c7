package io.nextscale.var;

import io.nextscale.var.scale.TokenMaps;

/**
 * Images as the tokenizer sees them.
 *
 * @param tokens their token maps
 * @param latent the encoder's output after {@code quant_conv}, (B, Cvae, h, w) row-major
 * @param height h of the latent
 * @param width w of the latent
 */
public record Tokenized(TokenMaps tokens, float[] latent, int height, int width) {}
