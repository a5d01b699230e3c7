package io.nextscale.var;

import io.nextscale.var.scale.TokenMaps;
import java.util.List;

/**
 * The images of a request.
 *
 * @param images in the order of the request's classes
 * @param drawn the tokens as drawn; with an image of one's own, before that one's took their place
 * @param tokens the tokens that count: the image's own where they were kept, else as drawn
 * @param kept with an image of one's own, for each of the L positions whether its token was kept;
 *     empty otherwise
 * @param latent the decoder's input, (B, Cvae, h, w) row-major
 * @param timings where the time went
 * @param warnings what is known to go wrong at this size; empty if all is well
 */
public record GenerationResult(
    List<GeneratedImage> images,
    TokenMaps drawn,
    TokenMaps tokens,
    boolean[] kept,
    float[] latent,
    Timings timings,
    List<String> warnings) {
  /** Copies the lists. */
  public GenerationResult {
    images = List.copyOf(images);
    warnings = List.copyOf(warnings);
  }
}
