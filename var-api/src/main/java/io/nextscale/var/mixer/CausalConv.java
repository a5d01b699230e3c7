package io.nextscale.var.mixer;

import io.nextscale.torch.Functional;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.checkpoint.WeightReader;

/**
 * Convolution of each channel over the present and earlier tokens.
 *
 * @param weight (W, 1, kernel); the last column is for the present token
 * @param bias (W)
 */
public record CausalConv(Tensor weight, Tensor bias) {
  /** Reads {@code weight} and {@code bias}. */
  static CausalConv read(WeightReader reader, long width, long kernel) {
    return new CausalConv(reader.read("weight", width, 1, kernel), reader.read("bias", width));
  }

  /** Number of inputs before the first that a result depends on: kernel − 1. */
  public long earlier() {
    return weight.size(2) - 1;
  }

  /**
   * Maps inputs (B, earlier + l, W) to (B, l, W): a sum of shifted products, which is
   * differentiable and needs no other layout.
   */
  public Tensor forward(Tensor inputs) {
    try (TensorScope scope = TensorScope.open()) {
      long length = inputs.size(1) - earlier();
      Tensor[] taps = Functional.unbind(weight.select(1, 0), 1);
      Tensor sum = inputs.narrow(1, 0, length).mul(taps[0]);
      for (int i = 1; i < taps.length; i++) {
        sum = Functional.addcmul(sum, inputs.narrow(1, i, length), taps[i]);
      }
      return scope.keep(sum.add(bias));
    }
  }
}
