package io.nextscale.var.nn;

import io.nextscale.torch.Layers;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.checkpoint.WeightReader;

/**
 * Two-dimensional convolution, computed in the element type of its weight.
 *
 * @param weight (out, in, kernel, kernel)
 * @param bias (out)
 * @param stride step between output pixels
 * @param padding zeros around the input
 */
public record Conv2d(Tensor weight, Tensor bias, int stride, int padding) implements Stage {
  /** Reads a convolution of stride 1 that keeps the size: odd kernel, half of it as padding. */
  public static Conv2d read(WeightReader reader, long in, long out, int kernel) {
    return read(reader, in, out, kernel, 1, kernel / 2);
  }

  /** Reads {@code weight} and {@code bias} of the given sizes. */
  public static Conv2d read(
      WeightReader reader, long in, long out, int kernel, int stride, int padding) {
    Tensor weight = reader.read("weight", out, in, kernel, kernel);
    return new Conv2d(weight, reader.read("bias", out), stride, padding);
  }

  /**
   * Copies a tensor (B, C, h, w) into the channels-last layout: oneDNN computes in it and would
   * reorder an input of another layout at every call
   * (docs/experiments/0002-channels-last-decoder.md).
   */
  public static Tensor channelsLast(Tensor x) {
    try (TensorScope scope = TensorScope.open()) {
      return scope.keep(x.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2));
    }
  }

  /** Maps (B, in, h, w) to (B, out, h', w'). */
  @Override
  public Tensor forward(Tensor x) {
    return Layers.conv2d(x.to(weight.dtype()), weight, bias, stride, padding);
  }
}
