package io.nextscale.evaluate.inception;

import io.nextscale.evaluate.image.RgbSamples;

/** Bilinear resize to the network's input, in float32 in the order of the official kernels. */
final class BilinearAxis {
  private static final int LEVELS = 256;

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
   * @param target (rows, columns, 3)
   */
  static void resize(
      RgbSamples image, float[] rows, float[] columns, float divisor, float[] target) {
    float[] levels = new float[LEVELS];
    for (int level = 0; level < LEVELS; level++) {
      levels[level] = level / divisor;
    }
    int length = 3 * columns.length;
    float[] upper = new float[length];
    float[] lower = new float[length];
    int upperRow = -1;
    int lowerRow = -1;
    for (int y = 0; y < rows.length; y++) {
      int top = (int) rows[y];
      int bottom = Math.min(top + 1, image.height() - 1);
      if (top == lowerRow) { // most rows of the source serve twice
        float[] other = upper;
        upper = lower;
        lower = other;
        lowerRow = upperRow;
        upperRow = top;
      }
      if (top != upperRow) {
        narrow(image, top, columns, levels, upper);
        upperRow = top;
      }
      if (bottom != lowerRow) {
        narrow(image, bottom, columns, levels, lower);
        lowerRow = bottom;
      }
      float down = rows[y] - top;
      int at = y * length;
      for (int i = 0; i < length; i++) {
        target[at + i] = upper[i] + (lower[i] - upper[i]) * down;
      }
    }
  }

  /** Interpolates a row of the source along the columns. */
  private static void narrow(
      RgbSamples image, int row, float[] columns, float[] levels, float[] target) {
    byte[] samples = image.samples();
    int start = 3 * row * image.width();
    int last = image.width() - 1;
    for (int x = 0; x < columns.length; x++) {
      int column = (int) columns[x];
      float across = columns[x] - column;
      int left = start + 3 * column;
      int right = start + 3 * Math.min(column + 1, last);
      for (int c = 0; c < 3; c++) {
        float level = levels[samples[left + c] & 0xFF];
        target[3 * x + c] = level + (levels[samples[right + c] & 0xFF] - level) * across;
      }
    }
  }
}
