package io.nextscale.evaluate.inception;

import io.nextscale.evaluate.image.RgbSamples;

/**
 * Pillow's bicubic resize (a = -0.5, widened where it shrinks) of each channel as float32: first
 * along the rows, then along the columns, sums in float64, the intermediate in float32.
 */
final class BicubicResize {
  private static final double A = -0.5;
  private static final double SUPPORT = 2;

  /** The weights of the source samples of one output sample. */
  private record Weights(int first, double[] values) {}

  private BicubicResize() {}

  /** Writes (299, 299, 3), not clipped. */
  static void write(RgbSamples image, float[] target) {
    int side = Inception.SIDE;
    int height = image.height();
    int width = image.width();
    Weights[] across = weights(width);
    Weights[] down = weights(height);
    float[] source = new float[height * width];
    float[] narrowed = new float[height * side];
    for (int c = 0; c < 3; c++) {
      for (int i = 0; i < source.length; i++) {
        source[i] = image.samples()[3 * i + c] & 0xFF;
      }
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < side; x++) {
          narrowed[y * side + x] =
              width == side
                  ? source[y * side + x]
                  : sum(source, y * width + across[x].first, 1, across[x].values);
        }
      }
      for (int y = 0; y < side; y++) {
        for (int x = 0; x < side; x++) {
          target[3 * (y * side + x) + c] =
              height == side
                  ? narrowed[y * side + x]
                  : sum(narrowed, down[y].first * side + x, side, down[y].values);
        }
      }
    }
  }

  private static float sum(float[] source, int start, int step, double[] weights) {
    double sum = 0;
    int at = start;
    for (double weight : weights) {
      sum += source[at] * weight;
      at += step;
    }
    return (float) sum;
  }

  private static Weights[] weights(int size) {
    double scale = (double) size / Inception.SIDE;
    double widening = Math.max(scale, 1);
    Weights[] all = new Weights[Inception.SIDE];
    for (int i = 0; i < all.length; i++) {
      double centre = (i + 0.5) * scale;
      int first = Math.max(0, (int) (centre - SUPPORT * widening + 0.5));
      int end = Math.min(size, (int) (centre + SUPPORT * widening + 0.5));
      double[] values = new double[end - first];
      double total = 0;
      for (int j = 0; j < values.length; j++) {
        values[j] = kernel((first + j - centre + 0.5) / widening);
        total += values[j];
      }
      for (int j = 0; j < values.length; j++) {
        values[j] /= total;
      }
      all[i] = new Weights(first, values);
    }
    return all;
  }

  private static double kernel(double distance) {
    double x = Math.abs(distance);
    if (x < 1) {
      return ((A + 2) * x - (A + 3)) * x * x + 1;
    }
    return x < 2 ? (((x - 5) * x + 8) * x - 4) * A : 0;
  }
}
