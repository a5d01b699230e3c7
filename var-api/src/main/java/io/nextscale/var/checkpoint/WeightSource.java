package io.nextscale.var.checkpoint;

import io.nextscale.torch.Tensor;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/** A source of weights: a checkpoint, or random values for benchmarks and training. */
public interface WeightSource {
  /** The file of the weights, or a name of another origin, for messages. */
  Path origin();

  /** The keys that it has; none if it makes a weight for any key. */
  Set<String> keys();

  /**
   * Returns the weight of a key, on the CPU and in its own element type, or nothing if there is
   * none.
   *
   * @param shape the expected shape; if a checkpoint has another, the result has that shape and no
   *     elements (device META), and nothing is read
   */
  Optional<Tensor> get(String key, long... shape);
}
