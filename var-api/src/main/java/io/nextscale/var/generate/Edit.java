package io.nextscale.var.generate;

import io.nextscale.var.scale.TokenMaps;

/**
 * A picture's own tokens, forced wherever a mask keeps them (VAR, section 5.3: zero-shot editing).
 *
 * @param given the picture's token maps: for each picture of the batch, or one for all
 * @param mask what is kept
 */
public record Edit(TokenMaps given, EditMask mask) {}
