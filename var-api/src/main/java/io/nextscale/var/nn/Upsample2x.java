package io.nextscale.var.nn;

import io.nextscale.torch.DType;
import io.nextscale.torch.Functional;
import io.nextscale.torch.OneDnn;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.checkpoint.WeightReader;

/**
 * Doubles height and width, each pixel becoming four, and convolves what comes out with a 3×3
 * kernel ({@code Upsample2x} of VAR's {@code models/basic_vae.py}, {@code Upsample} of FlexVAR's
 * {@code models/vq_llama.py}).
 *
 * <p>Two of a kernel's three rows fall on the same pixel before doubling, and so do two of its
 * columns: added up once, 16 products a pixel and channel do what 36 did. What is left is a
 * transposed convolution of stride 2.
 *
 * @param weight (out, in, 3, 3); folded (in, out, 4, 4)
 * @param bias (out)
 * @param folded whether the weight is that of the transposed convolution
 */
public record Upsample2x(Tensor weight, Tensor bias, boolean folded) {
  /**
   * The four rows of a folded kernel as sums of the three of a plain one. Row i goes from a pixel y
   * to 2y − 1 + i, which sees it at 2y and 2y + 1 with the kernel's rows 2 − i and 3 − i.
   */
  private static final float[][] SUMS = {{0, 0, 1}, {0, 1, 1}, {1, 1, 0}, {1, 0, 0}};

  /** Reads {@code weight} and {@code bias}, as many channels out as in. */
  public static Upsample2x read(WeightReader reader, long channels) {
    Tensor weight = reader.read("weight", channels, channels, 3, 3);
    return new Upsample2x(weight, reader.read("bias", channels), false);
  }

  /** The same map with its products added up, where oneDNN computes; without gradients only. */
  public Upsample2x fold() {
    if (folded || !OneDnn.serves(weight)) {
      return this;
    }
    try (TensorScope scope = TensorScope.open()) {
      long out = weight.size(0);
      long in = weight.size(1);
      Tensor taps = weight.permute(1, 2, 3, 0).reshape(in, 9, out).to(DType.FLOAT32);
      Tensor sums = Functional.matmul(sums(), taps).to(weight.dtype());
      return new Upsample2x(
          scope.keep(sums.reshape(in, 4, 4, out).permute(0, 3, 1, 2)), bias, true);
    }
  }

  /** (16, 9), of rows and columns. */
  private static Tensor sums() {
    float[] all = new float[16 * 9];
    for (int row = 0; row < 16; row++) {
      for (int column = 0; column < 9; column++) {
        all[row * 9 + column] = SUMS[row / 4][column / 3] * SUMS[row % 4][column % 3];
      }
    }
    return Tensor.of(all, 16, 9);
  }

  /** (B, in, h, w) to (B, out, 2·h, 2·w). */
  public Tensor forward(Tensor input) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor x = input.to(weight.dtype());
      return scope.keep(
          folded
              ? Functional.convTranspose2d(x, weight, bias, 2, 1)
              : Functional.conv2d(Functional.upsampleNearest2d(x, 2), weight, bias, 1, 1));
    }
  }
}
