package io.nextscale.var.generate;

import io.nextscale.var.edit.KeptTokens;
import io.nextscale.var.scale.TokenMaps;

/**
 * An image's own tokens, forced wherever they are kept (VAR, section 5.3: zero-shot editing;
 * FlexVAR likewise).
 *
 * @param given the image's token maps: for each image of the batch, or one for all
 * @param kept what is kept
 */
public record Edit(TokenMaps given, KeptTokens kept) {
  /** Tokens as drawn, with the given ones where they are kept. */
  public TokenMaps apply(TokenMaps drawn) {
    boolean[] keep = kept.atAll(drawn.scales());
    long[][] result = drawn.tokens();
    long[][] own = given.tokens();
    for (int b = 0; b < result.length; b++) {
      for (int i = 0; i < keep.length; i++) {
        if (keep[i]) {
          result[b][i] = own[own.length == 1 ? 0 : b][i];
        }
      }
    }
    return new TokenMaps(drawn.scales(), result);
  }
}
