package io.nextscale.var.checkpoint;

import io.nextscale.torch.Tensor;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/** Where weights come from: a checkpoint, or numbers drawn for benchmarks and training. */
public interface WeightSource {
  /** The file the weights come from, or a name that says where else; for messages. */
  Path origin();

  /** The keys it holds, or none if it makes any that is asked for. */
  Set<String> keys();

  /**
   * The weight of a key, on the CPU in the element type it has there, or nothing if there is none.
   *
   * @param shape expected; a checkpoint may hold another, which the reader then reports
   */
  Optional<Tensor> get(String key, long... shape);
}
