package io.nextscale.var.tokenizer;

import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.checkpoint.WeightReader;
import io.nextscale.var.nn.Conv2d;
import io.nextscale.var.nn.GroupNorm;
import org.jspecify.annotations.Nullable;

/**
 * Norm, SiLU, convolution, twice, added to the input (VAR's {@code ResnetBlock}).
 *
 * @param shortcut 1×1 convolution of the input where the number of channels changes
 */
record ResidualBlock(
    GroupNorm norm1, Conv2d conv1, GroupNorm norm2, Conv2d conv2, @Nullable Conv2d shortcut) {

  static ResidualBlock read(WeightReader reader, TokenizerConfig config, int in, int out) {
    return new ResidualBlock(
        GroupNorm.read(reader.at("norm1"), in, config.normGroups(), config.normEpsilon()),
        Conv2d.read(reader.at("conv1"), in, out, 3),
        GroupNorm.read(reader.at("norm2"), out, config.normGroups(), config.normEpsilon()),
        Conv2d.read(reader.at("conv2"), out, out, 3),
        in == out ? null : Conv2d.read(reader.at("nin_shortcut"), in, out, 1));
  }

  /** (B, in, h, w) to (B, out, h, w). */
  Tensor forward(Tensor x) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor first = conv1.forwardActivated(norm1, x);
      Tensor activated = norm2.forwardSilu(first);
      first.close(); // feature maps are the largest tensors there are: freed as soon as read
      Tensor second = conv2.forward(activated);
      activated.close();
      return scope.keep((shortcut == null ? x : shortcut.forward(x)).add(second));
    }
  }
}
