package io.nextscale.spark.row;

import io.nextscale.var.image.PngFile;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;

/** Images as the bytes of PNG files. */
final class PngBytes {
  private PngBytes() {}

  static byte[] of(BufferedImage image, Map<String, String> text) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      PngFile.write(out, image, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}
