package io.nextscale.var.inference;

import io.nextscale.torch.DType;
import io.nextscale.torch.GradMode;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.cpu.OneDnn;
import io.nextscale.var.nn.Linear;
import org.jspecify.annotations.Nullable;

/**
 * A linear layer computed by oneDNN, without a derivative
 * (docs/experiments/0005-linear-layers-through-onednn.md and 0012-packed-weights.md).
 *
 * @param weight (out, in), plain or packed
 * @param bias (out), or none
 */
record OneDnnLinear(Tensor weight, @Nullable Tensor bias) implements Linear {
  @Override
  public DType dtype() {
    return weight.dtype();
  }

  @Override
  public Tensor forward(Tensor input) {
    return forward(input, OneDnn.Activation.NONE);
  }

  @Override
  public Tensor forwardGelu(Tensor input) {
    return forward(input, OneDnn.Activation.GELU_TANH);
  }

  private Tensor forward(Tensor input, OneDnn.Activation activation) {
    if (GradMode.isEnabled()) {
      throw new IllegalStateException(
          "a model in its inference form has no derivative: train the model as it was read");
    }
    return OneDnn.linear(input.to(weight.dtype()), weight, bias, activation);
  }
}
