package io.nextscale.tests;

import io.nextscale.torch.DType;
import io.nextscale.torch.Tensor;
import io.nextscale.var.nn.Linear;
import java.util.function.UnaryOperator;

/** Stands in for a linear layer, to see what a layer around it computes. */
record Replaced(UnaryOperator<Tensor> function) implements Linear {
  @Override
  public DType dtype() {
    return DType.FLOAT32;
  }

  @Override
  public Tensor forward(Tensor input) {
    return function.apply(input);
  }

  @Override
  public Tensor forwardGelu(Tensor input) {
    throw new UnsupportedOperationException();
  }
}
