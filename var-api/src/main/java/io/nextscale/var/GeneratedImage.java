package io.nextscale.var;

import io.nextscale.var.image.PixelArray;
import io.nextscale.var.image.PngFile;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Generated image with the parameters that generate it again.
 *
 * @param pixels the decoder's output, nominally in [-1, 1], not clamped
 * @param classId id of its class
 * @param seed its own seed, with which a request for this class alone gives the same image: in
 *     float32 up to rounding, in bfloat16 not always if it was part of a batch
 * @param parameters of the generation, as texts for a file's metadata: model, class, seed, cfg,
 *     sampling, scales, dtype, and of a batch its classes and the image's index; copied, in a fixed
 *     order
 */
public record GeneratedImage(
    PixelArray pixels, int classId, long seed, Map<String, String> parameters) {
  /** Copies the parameters, unmodifiable. */
  public GeneratedImage {
    Objects.requireNonNull(pixels, "pixels");
    Objects.requireNonNull(parameters, "parameters");
    parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
  }

  /** Converts the pixels to an RGB image of 8 bits a channel; clamps them to [-1, 1]. */
  public BufferedImage toBufferedImage() {
    return pixels.toImage();
  }

  /** Returns the bytes of a PNG file, with the parameters as its texts. */
  public byte[] toPng() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      PngFile.write(bytes, toBufferedImage(), parameters);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // memory does not fail
    }
    return bytes.toByteArray();
  }
}
