package io.nextscale.tests;

import io.nextscale.torch.Autograd;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.checkpoint.WeightSource;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Weights that collect gradients, copied from a file.
 *
 * @param owner owns them
 * @param leaves receives them
 */
record GradientWeights(TensorScope owner, WeightSource file, Map<String, Tensor> leaves)
    implements WeightSource {
  @Override
  public Path origin() {
    return file.origin();
  }

  @Override
  public Set<String> keys() {
    return file.keys();
  }

  @Override
  public Optional<Tensor> get(String key, long... shape) {
    try (TensorScope.Entry entry = owner.enter()) {
      Tensor copy = Tensor.of(file.get(key, shape).orElseThrow().toFloats(), shape);
      leaves.put(key, Autograd.parameter(copy));
    }
    return Optional.of(leaves.get(key).share());
  }
}
