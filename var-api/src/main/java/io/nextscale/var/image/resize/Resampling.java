package io.nextscale.var.image.resize;

import io.nextscale.var.scale.ImageSize;
import java.util.Arrays;

/** Resizes planes of samples, rows first, then columns. */
public enum Resampling {
  /**
   * Area interpolation: each output sample is the mean of the input samples that it covers whole or
   * in part, as in PyTorch's {@code adaptive_avg_pool2d}.
   */
  AREA {
    @Override
    Taps taps(int index, int from, int to) {
      int first = (int) ((long) index * from / to);
      int end = (int) Math.ceilDiv((long) (index + 1) * from, (long) to);
      double[] weights = new double[end - first];
      Arrays.fill(weights, 1.0 / weights.length);
      return new Taps(first, weights);
    }
  },

  /**
   * Bicubic interpolation with a = -0.75 and the border repeated, as in PyTorch's {@code
   * interpolate(mode="bicubic")}. It has no antialiasing, so it is for enlarging.
   */
  BICUBIC {
    @Override
    Taps taps(int index, int from, int to) {
      double at = (index + 0.5) * from / to - 0.5;
      int first = (int) Math.floor(at) - 1;
      double[] weights = new double[4];
      for (int tap = 0; tap < weights.length; tap++) {
        weights[tap] = cubic(Math.abs(at - (first + tap)));
      }
      return new Taps(first, weights);
    }
  };

  private static final double A = -0.75;

  /** Computes the taps of output sample {@code index} of {@code to}, on a line of {@code from}. */
  abstract Taps taps(int index, int from, int to);

  /**
   * Resizes planes.
   *
   * @param planes (C, from.height, from.width), row-major
   * @return (C, to.height, to.width); {@code planes} itself if the sizes are equal
   */
  public float[] resize(float[] planes, ImageSize from, ImageSize to) {
    int channels = planes.length / (from.height() * from.width());
    float[] wide = resizeAxis(planes, channels * from.height(), from.width(), to.width(), 1);
    return resizeAxis(wide, channels, from.height(), to.height(), to.width());
  }

  /** Resizes the middle axis of (outer, from, inner). */
  private float[] resizeAxis(float[] samples, int outer, int from, int to, int inner) {
    if (from == to) {
      return samples;
    }
    float[] result = new float[Math.multiplyExact(outer, Math.multiplyExact(to, inner))];
    for (int i = 0; i < to; i++) {
      Taps taps = taps(i, from, to);
      for (int o = 0; o < outer; o++) {
        for (int k = 0; k < inner; k++) {
          double sum = 0;
          for (int tap = 0; tap < taps.weights().length; tap++) {
            int at = Math.clamp(taps.first() + tap, 0, from - 1);
            sum += taps.weights()[tap] * samples[(o * from + at) * inner + k];
          }
          result[(o * to + i) * inner + k] = (float) sum;
        }
      }
    }
    return result;
  }

  /** Computes Keys' cubic convolution kernel at a distance of 0 to 2 samples. */
  private static double cubic(double x) {
    return x <= 1 ? ((A + 2) * x - (A + 3)) * x * x + 1 : ((A * x - 5 * A) * x + 8 * A) * x - 4 * A;
  }
}
