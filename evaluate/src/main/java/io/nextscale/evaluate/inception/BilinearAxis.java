package io.nextscale.evaluate.inception;

import io.nextscale.evaluate.image.RgbSamples;

/** Bilinear resize to the network's input, in float32 in the order of the official kernels. */
final class BilinearAxis {
  private BilinearAxis() {}

  /**
   * Places in the source of the samples of the input.
   *
   * @param size number of samples of the source
   * @param centred whether the centres of pixels are mapped to each other, or their first corners
   */
  static float[] positions(int size, boolean centred) {
    float scale = size / (float) Inception.SIDE;
    float[] positions = new float[Inception.SIDE];
    for (int i = 0; i < positions.length; i++) {
      positions[i] = centred ? Math.max(scale * (i + 0.5f) - 0.5f, 0) : i * scale;
    }
    return positions;
  }

  /**
   * Interpolates along the columns, then along the rows.
   *
   * @param divisor each sample is divided by it first
   */
  static void resize(
      RgbSamples image, float[] rows, float[] columns, float divisor, float[] target, int offset) {
    byte[] samples = image.samples();
    int width = image.width();
    int plane = rows.length * columns.length;
    for (int y = 0; y < rows.length; y++) {
      int top = (int) rows[y];
      int bottom = Math.min(top + 1, image.height() - 1);
      float down = rows[y] - top;
      for (int x = 0; x < columns.length; x++) {
        int left = (int) columns[x];
        int right = Math.min(left + 1, width - 1);
        float across = columns[x] - left;
        int topLeft = 3 * (top * width + left);
        int topRight = 3 * (top * width + right);
        int bottomLeft = 3 * (bottom * width + left);
        int bottomRight = 3 * (bottom * width + right);
        for (int c = 0; c < 3; c++) {
          float above = level(samples, topLeft + c, divisor);
          float below = level(samples, bottomLeft + c, divisor);
          float upper = above + (level(samples, topRight + c, divisor) - above) * across;
          float lower = below + (level(samples, bottomRight + c, divisor) - below) * across;
          target[offset + c * plane + y * columns.length + x] = upper + (lower - upper) * down;
        }
      }
    }
  }

  private static float level(byte[] samples, int at, float divisor) {
    return (samples[at] & 0xFF) / divisor;
  }
}
