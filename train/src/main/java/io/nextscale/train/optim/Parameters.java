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
 * The weights of a model in training: float32 leaves that collect gradients.
 *
 * <p>A model is read from here anew at every step. Autograd then also records how the model derives
 * values from its weights while reading, such as a joined bias or another element type. The first
 * reading creates the parameters from their initial values, in the order of reading.
 */
public final class Parameters implements WeightSource, AutoCloseable {
  private final WeightSource initial;
  private final TensorScope scope = TensorScope.create();
  private final SequencedMap<String, Tensor> leaves = new LinkedHashMap<>();

  /** Creates no parameters yet; they are copied from {@code initial} when a model reads them. */
  public Parameters(WeightSource initial) {
    this.initial = initial;
  }

  @Override
  public Path origin() {
    return initial.origin();
  }

  /** The keys of the initial weights, so that a reader can name those that a model does not use. */
  @Override
  public Set<String> keys() {
    return initial.keys();
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
      return initial
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

  /** Number of elements of all parameters whose names begin with a text. */
  public long count(String beginning) {
    return leaves.entrySet().stream()
        .filter(entry -> entry.getKey().startsWith(beginning))
        .mapToLong(entry -> entry.getValue().numel())
        .sum();
  }

  @Override
  public void close() {
    scope.close();
  }
}
