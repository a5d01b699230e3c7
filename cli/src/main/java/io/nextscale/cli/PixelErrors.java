package io.nextscale.cli;

import io.nextscale.var.image.PixelArray;
import java.util.Locale;

/** How far two images are apart. */
final class PixelErrors {
  private PixelErrors() {}

  /** PSNR of an image rebuilt in this size or another, for people. */
  static String text(PixelArray original, PixelArray rebuilt) {
    double value = psnr(AreaResize.of(original, rebuilt.size()), rebuilt);
    return String.format(Locale.ROOT, "PSNR %.2f dB", value);
  }

  /**
   * Peak signal-to-noise ratio in dB of values in [-1, 1]: 10·log10(4 / mean squared error).
   *
   * @param decoded is clamped to [-1, 1] first
   */
  static double psnr(PixelArray original, PixelArray decoded) {
    float[] a = original.values();
    float[] b = decoded.values();
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      double difference = a[i] - Math.clamp(b[i], -1f, 1f);
      sum += difference * difference;
    }
    return 10 * Math.log10(4 / (sum / a.length));
  }
}
