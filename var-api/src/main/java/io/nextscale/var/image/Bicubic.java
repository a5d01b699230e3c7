package io.nextscale.var.image;

import java.awt.image.BufferedImage;

/**
 * Enlarges images smoothly: bicubic interpolation with a = -0.75 and the border repeated, as {@code
 * torch.nn.functional.interpolate} does it. For looking at small images beside large ones.
 */
public final class Bicubic {
  private static final double A = -0.75;
  private static final int TAPS = 4;

  private Bicubic() {}

  /** The image in another size, alpha composited over white; itself if it has that size. */
  public static BufferedImage enlarge(BufferedImage image, int width, int height) {
    if (image.getWidth() == width && image.getHeight() == height) {
      return image;
    }
    PixelArray from = PixelArray.fromImage(image);
    float[] wide = lines(from.values(), 3 * from.height(), from.width(), 1, width);
    float[] values = new float[3 * height * width];
    for (int channel = 0; channel < 3; channel++) {
      int plane = from.height() * width;
      float[] columns = java.util.Arrays.copyOfRange(wide, channel * plane, (channel + 1) * plane);
      float[] high = lines(columns, width, from.height(), width, height);
      System.arraycopy(high, 0, values, channel * height * width, height * width);
    }
    return PixelArray.of(height, width, values).toImage();
  }

  /**
   * Stretches parallel lines of samples.
   *
   * @param step distance of a line's samples: 1 for rows, the number of lines for columns
   */
  private static float[] lines(float[] from, int lines, int length, int step, int to) {
    float[] result = new float[lines * to];
    double[] weights = new double[TAPS];
    for (int i = 0; i < to; i++) {
      double at = (i + 0.5) * length / to - 0.5;
      int first = (int) Math.floor(at) - 1;
      for (int tap = 0; tap < TAPS; tap++) {
        weights[tap] = weight(Math.abs(at - (first + tap)));
      }
      for (int line = 0; line < lines; line++) {
        int start = step == 1 ? line * length : line;
        double sum = 0;
        for (int tap = 0; tap < TAPS; tap++) {
          sum += weights[tap] * from[start + Math.clamp(first + tap, 0, length - 1) * step];
        }
        result[step == 1 ? line * to + i : line + i * step] = (float) sum;
      }
    }
    return result;
  }

  private static double weight(double distance) {
    double x = distance;
    return x <= 1 ? ((A + 2) * x - (A + 3)) * x * x + 1 : ((A * x - 5 * A) * x + 8 * A) * x - 4 * A;
  }
}
