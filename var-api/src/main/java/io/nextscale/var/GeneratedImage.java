package io.nextscale.var;

import io.nextscale.var.image.PixelArray;
import java.awt.image.BufferedImage;
import java.util.Map;

/**
 * A generated image and everything needed to make it again.
 *
 * @param pixels as the decoder left them, nominally in [-1, 1], not clamped
 * @param classId its class
 * @param seed its own seed: a request for this image alone takes it
 * @param parameters of the generation, as texts for a file's metadata
 */
public record GeneratedImage(
    PixelArray pixels, int classId, long seed, Map<String, String> parameters) {
  /** Copies the parameters. */
  public GeneratedImage {
    parameters = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(parameters));
  }

  /** The image, 8 bits a channel. */
  public BufferedImage toBufferedImage() {
    return pixels.toImage();
  }
}
