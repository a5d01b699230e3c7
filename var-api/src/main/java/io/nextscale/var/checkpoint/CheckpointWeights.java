package io.nextscale.var.checkpoint;

import io.nextscale.torch.Tensor;
import java.util.Optional;
import java.util.Set;

/**
 * The tensors of an open checkpoint as weights, wrapped where they lie in the mapped file.
 *
 * @param checkpoint must stay open as long as the weights are used
 */
public record CheckpointWeights(Checkpoint checkpoint) implements WeightSource {
  @Override
  public String name() {
    return checkpoint.path().toString();
  }

  @Override
  public Set<String> keys() {
    return checkpoint.tensors().keySet();
  }

  @Override
  public Optional<Tensor> get(String key, long... shape) {
    return Optional.ofNullable(checkpoint.tensors().get(key))
        .map(stored -> Tensor.wrap(stored.data(), stored.dtype(), stored.shape(), stored.strides()));
  }
}
