package io.nextscale.var;

import io.nextscale.var.scale.TokenMaps;
import java.util.List;

/**
 * The pictures of a request.
 *
 * @param images in the order of the request's classes
 * @param tokens as drawn; in an edit, before the picture's own took their place
 * @param kept in an edit, for each of the L positions whether the picture's own token was kept;
 *     empty otherwise
 * @param latent the decoder's input, (B, Cvae, h, w) row-major
 * @param timings where the time went
 */
public record GenerationResult(
    List<GeneratedImage> images,
    TokenMaps tokens,
    boolean[] kept,
    float[] latent,
    Timings timings) {
  /** Copies the list. */
  public GenerationResult {
    images = List.copyOf(images);
  }
}
