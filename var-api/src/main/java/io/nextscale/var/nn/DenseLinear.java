package io.nextscale.var.nn;

import io.nextscale.torch.DType;
import io.nextscale.torch.Functional;
import io.nextscale.torch.Layers;
import io.nextscale.torch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A linear layer as a checkpoint has it, computed by ATen, with a derivative.
 *
 * @param weight (out, in)
 * @param bias (out), or none
 */
public record DenseLinear(Tensor weight, @Nullable Tensor bias) implements Linear {
  @Override
  public DType dtype() {
    return weight.dtype();
  }

  @Override
  public Tensor forward(Tensor input) {
    return Layers.linear(input.to(weight.dtype()), weight, bias);
  }

  @Override
  public Tensor forwardGelu(Tensor input) {
    return Functional.geluTanh(forward(input));
  }
}
