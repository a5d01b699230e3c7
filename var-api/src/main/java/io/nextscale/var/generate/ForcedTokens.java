package io.nextscale.var.generate;

import io.nextscale.var.scale.Scales;
import io.nextscale.var.scale.TokenMaps;
import java.util.Arrays;

/**
 * Tokens of a given image, forced on a generation wherever they are kept (zero-shot editing; VAR,
 * section 5.3, and FlexVAR).
 *
 * @param given token maps at the generation's scales, one for each image of the batch or one for
 *     all
 * @param kept for each of the L positions whether the given token is kept; not copied
 */
public record ForcedTokens(TokenMaps given, boolean[] kept) {
  /** Says for each token of scale k whether it is kept. */
  public boolean[] kept(int k) {
    Scales scales = given.scales();
    return Arrays.copyOfRange(kept, scales.start(k), scales.start(k + 1));
  }

  /** Replaces drawn tokens by the given ones where these are kept. */
  public TokenMaps apply(TokenMaps drawn) {
    long[][] result = drawn.tokens();
    long[][] own = given.tokens();
    for (int b = 0; b < result.length; b++) {
      for (int i = 0; i < kept.length; i++) {
        if (kept[i]) {
          result[b][i] = own[own.length == 1 ? 0 : b][i];
        }
      }
    }
    return new TokenMaps(drawn.scales(), result);
  }
}
