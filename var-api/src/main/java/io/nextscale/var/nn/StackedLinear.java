package io.nextscale.var.nn;

import io.nextscale.torch.DType;
import io.nextscale.torch.Functional;
import io.nextscale.torch.Tensor;
import java.util.List;

/**
 * Two linear layers without biases over the same input, whose results lie side by side. A form
 * computes them as one product.
 *
 * @param first maps (…, in) to the first results
 * @param second maps (…, in) to those behind them
 */
public record StackedLinear(DenseLinear first, DenseLinear second) implements Linear {
  @Override
  public DType dtype() {
    return first.dtype();
  }

  @Override
  public Tensor forward(Tensor input) {
    return joined(first.forward(input), second.forward(input));
  }

  @Override
  public Tensor forwardGelu(Tensor input) {
    return joined(first.forwardGelu(input), second.forwardGelu(input));
  }

  private static Tensor joined(Tensor one, Tensor other) {
    try (one;
        other) {
      return Functional.cat(List.of(one, other), -1);
    }
  }

  /** Returns the one layer that computes both; its weight, a copy, belongs to the open scope. */
  public DenseLinear joined() {
    return new DenseLinear(Functional.cat(List.of(first.weight(), second.weight()), 0), null);
  }
}
