package io.nextscale.var.tokenizer;

import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.checkpoint.WeightReader;
import io.nextscale.var.nn.Conv2d;
import org.jspecify.annotations.Nullable;

/**
 * The convolution φ after the up-sampling of a scale's codes: {@code (1−r)·x + r·conv(x)} (VAR,
 * section 3.2; {@code Phi} in {@code models/quant.py}).
 *
 * @param convolution 3×3, or none: the identity
 * @param ratio r; the convolution's bias is scaled by it too
 */
record Phi(@Nullable Conv2d convolution, double ratio) {
  private static final double SMALLEST_RATIO = 1e-6;

  static Phi read(WeightReader reader, int codeWidth, double signedRatio) {
    double ratio = Math.abs(signedRatio);
    if (ratio <= SMALLEST_RATIO) {
      return new Phi(null, 0);
    }
    return new Phi(Conv2d.read(reader, codeWidth, codeWidth, 3), ratio);
  }

  /** Maps (B, Cvae, h, w) to (B, Cvae, h, w). */
  Tensor forward(Tensor x) {
    if (convolution == null) {
      return x;
    }
    try (TensorScope scope = TensorScope.open()) {
      return scope.keep(x.mul(1 - ratio).add(convolution.forward(x).mul(ratio)));
    }
  }
}
