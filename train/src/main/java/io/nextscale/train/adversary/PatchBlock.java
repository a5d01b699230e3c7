package io.nextscale.train.adversary;

import io.nextscale.torch.Functional;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.checkpoint.WeightReader;
import io.nextscale.var.nn.Conv2d;
import io.nextscale.var.nn.GroupNorm;

/** A convolution of 4×4, its normalisation and a LeakyReLU. */
record PatchBlock(Conv2d conv, GroupNorm norm) {
  static final int KERNEL = 4;
  static final int PADDING = 1;
  private static final double SLOPE = 0.2;
  private static final double EPSILON = 1e-5;

  static PatchBlock read(WeightReader reader, int in, int out, int stride, int groups) {
    return new PatchBlock(
        Conv2d.read(reader.at("conv"), in, out, KERNEL, stride, PADDING),
        GroupNorm.read(reader.at("norm"), out, groups, EPSILON));
  }

  /** (B, in, h, w) to (B, out, h', w'): half the size at stride 2, one less at stride 1. */
  Tensor forward(Tensor input) {
    try (TensorScope scope = TensorScope.open()) {
      return scope.keep(leakyRelu(norm.forward(conv.forward(input))));
    }
  }

  /** {@code x} where it is positive, {@code 0.2·x} elsewhere: {@code x + 0.8·max(−x, 0)}. */
  static Tensor leakyRelu(Tensor input) {
    try (TensorScope scope = TensorScope.open()) {
      return scope.keep(input.add(Functional.relu(input.mul(-1)), 1 - SLOPE));
    }
  }
}
