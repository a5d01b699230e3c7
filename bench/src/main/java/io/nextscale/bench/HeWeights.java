package io.nextscale.bench;

import io.nextscale.torch.Tensor;
import io.nextscale.var.checkpoint.WeightSource;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Random weights for convolutions with batch norm and ReLU, which keep the size of activations (He
 * et al. 2015): weights of products uniform, norms that change nothing.
 */
final class HeWeights implements WeightSource {
  @Override
  public Path origin() {
    return Path.of("random");
  }

  @Override
  public Set<String> keys() {
    return Set.of();
  }

  @Override
  public Optional<Tensor> get(String key, long... shape) {
    long inputs = 1;
    for (int i = 1; i < shape.length; i++) {
      inputs *= shape[i];
    }
    float[] values = new float[Math.toIntExact(shape[0] * inputs)];
    SplittableRandom random = new SplittableRandom(key.hashCode());
    double bound = Math.sqrt(6.0 / inputs);
    boolean one = key.endsWith("bn.weight") || key.endsWith("running_var");
    for (int i = 0; i < values.length; i++) {
      values[i] = shape.length > 1 ? (float) random.nextDouble(-bound, bound) : one ? 1 : 0;
    }
    return Optional.of(Tensor.of(values, shape));
  }
}
