package io.nextscale.var.tokenizer;

import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.checkpoint.WeightReader;
import io.nextscale.var.config.TokenizerConfig;
import io.nextscale.var.nn.Conv2d;
import io.nextscale.var.nn.Stage;
import io.nextscale.var.nn.Stages;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Adds a residual branch to its input ({@code ResnetBlock} of VAR's {@code models/basic_vae.py}).
 *
 * @param branch norm, SiLU, 3×3 convolution, twice
 * @param shortcut 1×1 convolution of the input where the number of channels changes, else none
 */
record ResidualBlock(Stages branch, @Nullable Conv2d shortcut) implements Stage {

  static ResidualBlock read(WeightReader reader, TokenizerConfig config, int in, int out) {
    Stages branch =
        Stages.of(
            StageReader.normSilu(reader.at("norm1"), in, config),
            Conv2d.read(reader.at("conv1"), in, out, 3),
            StageReader.normSilu(reader.at("norm2"), out, config),
            Conv2d.read(reader.at("conv2"), out, out, 3));
    return new ResidualBlock(
        branch, in == out ? null : Conv2d.read(reader.at("nin_shortcut"), in, out, 1));
  }

  /** Maps (B, in, h, w) to (B, out, h, w). */
  @Override
  public Tensor forward(Tensor x) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor residual = branch.forward(x);
      return scope.keep((shortcut == null ? x : shortcut.forward(x)).add(residual));
    }
  }

  @Override
  public ResidualBlock map(UnaryOperator<Stage> replacement) {
    return new ResidualBlock(branch.map(replacement), shortcut);
  }
}
