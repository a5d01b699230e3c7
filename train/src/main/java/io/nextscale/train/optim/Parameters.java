package io.nextscale.train.optim;

import io.nextscale.torch.Autograd;
import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.GradMode;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.checkpoint.WeightSource;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;

/**
 * The weights of a model that is trained: float32 leaves that collect gradients.
 *
 * <p>A model is read from here anew at every step. What it makes of its weights while reading (a
 * joined bias, another element type) is then part of what autograd records. The first reading makes
 * the parameters, each from the {@code start}, in the order in which the model asks for them.
 */
public final class Parameters implements WeightSource, AutoCloseable {
  private final WeightSource start;
  private final TensorScope scope = TensorScope.create();
  private final SequencedMap<String, Tensor> leaves = new LinkedHashMap<>();

  /** No parameters yet; they are copied from {@code start} when a model asks for them. */
  public Parameters(WeightSource start) {
    this.start = start;
  }

  @Override
  public Path origin() {
    return start.origin();
  }

  /** The keys that {@code start} has to have read: it tells which ones a model did not want. */
  @Override
  public Set<String> keys() {
    return start.keys();
  }

  @Override
  public Optional<Tensor> get(String key, long... shape) {
    Tensor leaf = leaves.get(key);
    if (leaf == null) {
      Optional<Tensor> first = copy(key, shape);
      if (first.isEmpty()) {
        return Optional.empty();
      }
      leaf = first.get();
      leaves.put(key, leaf);
    }
    return Optional.of(leaf.share());
  }

  private Optional<Tensor> copy(String key, long... shape) {
    try (TensorScope reading = TensorScope.open();
        GradMode mode = GradMode.disabled()) {
      return start
          .get(key, shape)
          .map(
              weight -> {
                Tensor own = Tensor.empty(DType.FLOAT32, Device.CPU, weight.shape());
                return scope.adopt(Autograd.parameter(own.copyFrom(weight)));
              });
    }
  }

  /** All parameters by their names in a checkpoint, in the order in which they were made. */
  public Map<String, Tensor> all() {
    return Collections.unmodifiableMap(leaves);
  }

  /** Number of trained numbers. */
  public long count() {
    return leaves.values().stream().mapToLong(Tensor::numel).sum();
  }

  @Override
  public void close() {
    scope.close();
  }
}
