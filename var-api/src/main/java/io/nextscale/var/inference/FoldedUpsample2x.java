package io.nextscale.var.inference;

import io.nextscale.torch.DType;
import io.nextscale.torch.Functional;
import io.nextscale.torch.Layers;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.nn.Stage;
import io.nextscale.var.nn.Upsample2x;

/**
 * Computes {@link Upsample2x} as one transposed convolution of stride 2
 * (docs/experiments/0018-folded-upsampling.md). After doubling, two of the kernel's three rows fall
 * on the same pixel, and so do two of its columns; their weights are added up once.
 *
 * @param weight (in, out, 4, 4)
 * @param bias (out)
 */
record FoldedUpsample2x(Tensor weight, Tensor bias) implements Stage {
  /**
   * Coefficients of the four rows of a folded kernel in the three rows of a plain one. Row i goes
   * from a pixel y to 2y − 1 + i, which sees it at 2y and 2y + 1 with the kernel's rows 2 − i and 3
   * − i.
   */
  private static final float[][] SUMS = {{0, 0, 1}, {0, 1, 1}, {1, 1, 0}, {1, 0, 0}};

  /** Folds the kernel of an upsampling, in float32; the bias is shared. */
  static FoldedUpsample2x of(Upsample2x plain) {
    Tensor kernel = plain.conv().weight();
    try (TensorScope scope = TensorScope.open()) {
      long out = kernel.size(0);
      long in = kernel.size(1);
      Tensor taps = kernel.permute(1, 2, 3, 0).reshape(in, 9, out).to(DType.FLOAT32);
      Tensor sums = Functional.matmul(sums(), taps).to(kernel.dtype());
      Tensor weight = scope.keep(sums.reshape(in, 4, 4, out).permute(0, 3, 1, 2));
      return new FoldedUpsample2x(weight, plain.conv().bias());
    }
  }

  /** Returns the coefficients (16, 9) of the folded kernel's elements in the plain kernel's. */
  private static Tensor sums() {
    float[] all = new float[16 * 9];
    for (int row = 0; row < 16; row++) {
      for (int column = 0; column < 9; column++) {
        all[row * 9 + column] = SUMS[row / 4][column / 3] * SUMS[row % 4][column % 3];
      }
    }
    return Tensor.of(all, 16, 9);
  }

  /** Maps (B, in, h, w) to (B, out, 2·h, 2·w). */
  @Override
  public Tensor forward(Tensor x) {
    try (TensorScope scope = TensorScope.open()) {
      return scope.keep(Layers.convTranspose2d(x.to(weight.dtype()), weight, bias, 2, 1));
    }
  }
}
