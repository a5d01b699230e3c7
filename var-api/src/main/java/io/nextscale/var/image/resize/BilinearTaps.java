package io.nextscale.var.image.resize;

/**
 * The two input samples that bilinear interpolation combines to an output sample. Their weights are
 * integers, so that no rounding decides about values on a threshold.
 *
 * @param first index of the input sample before the output sample
 * @param second index of the input sample after it; {@code first} at the end of the line
 * @param secondWeight weight of {@code second}, 0 to {@code unit}
 * @param unit sum of both weights
 */
public record BilinearTaps(int first, int second, long secondWeight, long unit) {
  /**
   * Computes the taps of output sample {@code index} of {@code to}, on a line of {@code from}
   * samples. Corners are not aligned, as in PyTorch: source = (index + ½)·from/to − ½, at least 0.
   */
  public static BilinearTaps of(int index, int from, int to) {
    long unit = 2L * to;
    long source = Math.max((2L * index + 1) * from - to, 0);
    int first = (int) (source / unit);
    return new BilinearTaps(first, Math.min(first + 1, from - 1), source % unit, unit);
  }

  /** Weight of {@code first}. */
  public long firstWeight() {
    return unit - secondWeight;
  }
}
