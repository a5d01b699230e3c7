package io.nextscale.var.checkpoint;

import io.nextscale.torch.Device;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Weights of an open checkpoint, as tensors over the mapped file.
 *
 * @param checkpoint open as long as the weights are used
 */
public record CheckpointWeights(Checkpoint checkpoint) implements WeightSource {
  /** Checks that no component is null. */
  public CheckpointWeights {
    Objects.requireNonNull(checkpoint, "checkpoint");
  }

  @Override
  public Path origin() {
    return checkpoint.path();
  }

  @Override
  public Set<String> keys() {
    return checkpoint.tensors().keySet();
  }

  @Override
  public Optional<Tensor> get(String key, long... shape) {
    StoredTensor stored = checkpoint.tensors().get(key);
    if (stored == null) {
      return Optional.empty();
    }
    if (!Arrays.equals(stored.shape(), shape)) {
      return Optional.of(Tensor.empty(stored.dtype(), Device.META, stored.shape()));
    }
    if (stored.isOverlapping()) {
      throw new CheckpointException(
          origin(),
          key,
          "elements of its own",
          "%s elements that share memory; contiguous() gives a tensor its own"
              .formatted(stored.elementCount()));
    }
    return Optional.of(tensor(stored));
  }

  private static Tensor tensor(StoredTensor stored) {
    if (stored.isAligned()) {
      return Tensor.wrap(stored.data(), stored.dtype(), stored.shape(), stored.strides());
    }
    // libtorch computes with aligned elements only
    long bytes = stored.data().byteSize();
    try (Arena arena = Arena.ofConfined();
        TensorScope scope = TensorScope.open()) {
      MemorySegment aligned = arena.allocate(bytes, Long.BYTES).copyFrom(stored.data());
      Tensor view = Tensor.wrap(aligned, stored.dtype(), stored.shape(), stored.strides());
      return scope.keep(Tensor.empty(stored.dtype(), Device.CPU, stored.shape()).copyFrom(view));
    }
  }
}
