package io.nextscale.torch;

/**
 * Checks whether libtorch's oneDNN computes convolutions right on this processor. oneDNN 3.7, which
 * libtorch 2.10 has, did not on a Zen 5, with kernels for AVX, AVX2 and AVX-512, where channels do
 * not fill its blocks: a fault of its reordering (as in uxlfoundation/oneDNN, issue 3280).
 */
final class OneDnnCheck {
  private static final int BATCH = 2;
  private static final int SIDE = 4;
  private static final float TOLERANCE = 0.25f; // sums are whole numbers

  private OneDnnCheck() {}

  /** Computes two small convolutions of whole numbers and compares them with Java's sums. */
  static boolean passes() {
    try (GradMode inference = GradMode.disabled();
        TensorScope scope = TensorScope.open()) {
      return isRight(20, 24, 3, false) && isRight(64, 80, 1, true);
    }
  }

  private static boolean isRight(int in, int out, int kernel, boolean channelsLast) {
    float[] x = integers(BATCH * in * SIDE * SIDE, 7);
    float[] weight = integers(out * in * kernel * kernel, 11);
    Tensor input = Tensor.of(x, BATCH, in, SIDE, SIDE);
    if (channelsLast) {
      input = input.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);
    }
    Tensor result =
        Layers.conv2d(input, Tensor.of(weight, out, in, kernel, kernel), null, 1, kernel / 2);
    float[] found = result.contiguous().toFloats();
    float[] wanted = convolved(x, weight, in, out, kernel);
    for (int i = 0; i < wanted.length; i++) {
      if (!(Math.abs(found[i] - wanted[i]) < TOLERANCE)) { // NaN is wrong
        return false;
      }
    }
    return true;
  }

  /** Small integers of both signs, of which each channel has others. */
  private static float[] integers(int count, int step) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = i * step % 13 % 5 - 2;
    }
    return values;
  }

  private static float[] convolved(float[] x, float[] weight, int in, int out, int kernel) {
    float[] result = new float[BATCH * out * SIDE * SIDE];
    for (int i = 0; i < result.length; i++) {
      int column = i % SIDE;
      int row = i / SIDE % SIDE;
      int channel = i / (SIDE * SIDE) % out;
      int image = i / (SIDE * SIDE * out);
      float sum = 0;
      for (int w = 0; w < in * kernel * kernel; w++) {
        int c = column + w % kernel - kernel / 2;
        int r = row + w / kernel % kernel - kernel / 2;
        if (c >= 0 && c < SIDE && r >= 0 && r < SIDE) {
          int plane = image * in + w / (kernel * kernel);
          sum += x[(plane * SIDE + r) * SIDE + c] * weight[channel * in * kernel * kernel + w];
        }
      }
      result[i] = sum;
    }
    return result;
  }
}
