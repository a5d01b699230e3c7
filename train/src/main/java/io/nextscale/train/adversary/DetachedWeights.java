package io.nextscale.train.adversary;

import io.nextscale.torch.Autograd;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.checkpoint.WeightSource;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/** The same weights, through which no gradient flows; they share memory. */
record DetachedWeights(WeightSource weights) implements WeightSource {
  @Override
  public Path origin() {
    return weights.origin();
  }

  @Override
  public Set<String> keys() {
    return weights.keys();
  }

  @Override
  public Optional<Tensor> get(String key, long... shape) {
    try (TensorScope scope = TensorScope.open()) {
      return weights.get(key, shape).map(weight -> scope.keep(Autograd.detach(weight)));
    }
  }
}
