package io.nextscale.var.generate;

import io.nextscale.var.edit.KeptTokens;
import io.nextscale.var.scale.TokenMaps;

/**
 * Tokens of a given image, forced on a generation wherever they are kept (zero-shot editing; VAR,
 * section 5.3, and FlexVAR).
 *
 * @param given token maps of the image, one for each image of the batch or one for all
 * @param kept the tokens that are kept
 */
public record ForcedTokens(TokenMaps given, KeptTokens kept) {
  /** Replaces drawn tokens by the given ones where these are kept. */
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
