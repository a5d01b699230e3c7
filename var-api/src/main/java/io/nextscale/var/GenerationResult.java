package io.nextscale.var;

import io.nextscale.var.scale.TokenMaps;
import java.util.List;
import java.util.Objects;

/**
 * Images of a request and the tokens that they were decoded from. Holds no native memory: it stays
 * usable after the generator is closed. Arrays are not copied.
 *
 * @param images in the order of the request's classes
 * @param drawn tokens as drawn, (B, L); in an edit, before the kept tokens replaced them
 * @param tokens tokens that the images are decoded from: in an edit the kept ones of the given
 *     image, else as drawn
 * @param kept in an edit, for each of the L positions whether the given image's token was kept;
 *     otherwise empty
 * @param latent input of the decoder, (B, Cvae, h, w) row-major
 * @param timings duration of each part
 * @param warnings sentences about known weaknesses at the chosen size; usually empty
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
    Objects.requireNonNull(images, "images");
    Objects.requireNonNull(drawn, "drawn");
    Objects.requireNonNull(tokens, "tokens");
    Objects.requireNonNull(kept, "kept");
    Objects.requireNonNull(latent, "latent");
    Objects.requireNonNull(timings, "timings");
    Objects.requireNonNull(warnings, "warnings");
    images = List.copyOf(images);
    warnings = List.copyOf(warnings);
  }

  /** Writes number and sizes, not the values. */
  @Override
  public String toString() {
    String size = images.isEmpty() ? "" : " of " + images.getFirst().pixels().size();
    return "GenerationResult[%s images%s, scales %s, %s]"
        .formatted(images.size(), size, tokens.scales(), timings);
  }
}
