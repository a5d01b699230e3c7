package io.nextscale.tests;

import io.nextscale.var.image.PixelArray;
import java.util.SplittableRandom;

/** Images for tests: smooth colours with a few edges, of any size. */
final class Painted {
  private Painted() {}

  /** Paints an image that the seed determines, with values in [-1, 1]. */
  static PixelArray image(int height, int width, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[3 * height * width];
    for (int c = 0; c < 3; c++) {
      double down = random.nextDouble(-3, 3) / height;
      double across = random.nextDouble(-3, 3) / width;
      int top = random.nextInt(height);
      int left = random.nextInt(width);
      for (int i = 0; i < height * width; i++) {
        int y = i / width;
        int x = i % width;
        double edge = y >= top != x >= left ? 0.3 : -0.3;
        double value = 0.6 * Math.sin(2 * Math.PI * (down * y + across * x) + c) + edge;
        values[c * height * width + i] = (float) value;
      }
    }
    return PixelArray.of(height, width, values);
  }
}
