package io.nextscale.train.data;

/**
 * Resizes images with a windowed sinc of three lobes, widened by the factor of shrinking, rows
 * first and rounded to 8 bits between the passes, as Pillow's {@code LANCZOS} does, which the
 * official data pipeline of VAR uses.
 */
final class Lanczos {
  private static final double LOBES = 3;

  private Lanczos() {}

  /** The image in another size; itself if it has that size. */
  static RgbImage resize(RgbImage image, int height, int width) {
    byte[] levels = image.levels();
    if (width != image.width()) {
      levels = pass(levels, image.height(), image.width(), width, 1);
    }
    if (height != image.height()) {
      levels = pass(levels, 1, image.height(), height, width);
    }
    return new RgbImage(height, width, levels);
  }

  /**
   * Resamples the middle axis of (outer, from, inner, 3).
   *
   * @param inner pixels that move together: 1 for rows, the width for columns
   */
  private static byte[] pass(byte[] levels, int outer, int from, int to, int inner) {
    byte[] result = new byte[Math.multiplyExact(3 * outer, Math.multiplyExact(to, inner))];
    double scale = (double) from / to;
    double stretch = Math.max(scale, 1);
    int run = 3 * inner;
    for (int i = 0; i < to; i++) {
      double centre = (i + 0.5) * scale;
      int first = Math.max((int) (centre - LOBES * stretch + 0.5), 0);
      int last = Math.min((int) (centre + LOBES * stretch + 0.5), from);
      float[] weights = weights(first, last, centre, stretch);
      for (int o = 0; o < outer; o++) {
        for (int k = 0; k < run; k++) {
          float sum = 0.5f;
          int at = (o * from + first) * run + k;
          for (float weight : weights) {
            sum += weight * (levels[at] & 255);
            at += run;
          }
          result[(o * to + i) * run + k] = (byte) Math.clamp((int) Math.floor(sum), 0, 255);
        }
      }
    }
    return result;
  }

  private static float[] weights(int first, int last, double centre, double stretch) {
    double[] weights = new double[last - first];
    double total = 0;
    for (int i = 0; i < weights.length; i++) {
      weights[i] = weight((first + i - centre + 0.5) / stretch);
      total += weights[i];
    }
    float[] normed = new float[weights.length];
    for (int i = 0; i < weights.length; i++) {
      normed[i] = (float) (weights[i] / total);
    }
    return normed;
  }

  private static double weight(double x) {
    return Math.abs(x) >= LOBES ? 0 : sinc(x) * sinc(x / LOBES);
  }

  private static double sinc(double x) {
    return x == 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
  }
}
