package io.nextscale.cli.output;

import io.nextscale.var.image.PixelArray;
import java.util.Locale;

/** Peak signal-to-noise ratio of a rebuilt image, in dB. */
public record Psnr(double decibels) {
  /** Compares with the original, averaged down to the size of the rebuilt image. */
  public static Psnr of(PixelArray original, PixelArray rebuilt) {
    return new Psnr(original.resizeByArea(rebuilt.size()).psnr(rebuilt));
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "PSNR %.2f dB", decibels);
  }
}
