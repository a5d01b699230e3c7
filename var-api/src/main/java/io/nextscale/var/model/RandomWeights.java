package io.nextscale.var.model;

import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.Tensor;
import io.nextscale.var.checkpoint.WeightSource;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Weights drawn from a seed for an architecture: uniform, scaled by the fan-in so that activations
 * keep their size; biases 0, norms 1. Every key has its own stream, so a weight does not depend on
 * the order of reading.
 */
final class RandomWeights implements WeightSource {
  private final long seed;

  RandomWeights(long seed) {
    this.seed = seed;
  }

  @Override
  public Path origin() {
    return Path.of("random weights " + seed);
  }

  @Override
  public Set<String> keys() {
    return Set.of();
  }

  @Override
  public Optional<Tensor> get(String key, long... shape) {
    if (key.endsWith("bias")) {
      return Optional.of(Tensor.zeros(DType.FLOAT32, Device.CPU, shape));
    }
    if (key.contains("norm") && key.endsWith("weight")) {
      return Optional.of(Tensor.full(1, DType.FLOAT32, Device.CPU, shape));
    }
    if (key.endsWith("scale_mul_1H11")) {
      return Optional.of(Tensor.full(Math.log(4), DType.FLOAT32, Device.CPU, shape));
    }
    long fanIn = 1;
    for (int i = 1; i < shape.length; i++) {
      fanIn *= shape[i];
    }
    Tensor tensor = Tensor.empty(DType.FLOAT32, Device.CPU, shape);
    fill(tensor.segment(), key, (float) Math.sqrt(3.0 / Math.max(fanIn, 1)));
    return Optional.of(tensor);
  }

  private void fill(MemorySegment values, String key, float bound) {
    SplittableRandom random = new SplittableRandom(seed ^ (long) key.hashCode() << 20);
    long count = values.byteSize() / Float.BYTES;
    for (long i = 0; i < count; i++) {
      float unit = (random.nextInt() >> 8) * 0x1p-23f; // −1 to 1
      values.setAtIndex(ValueLayout.JAVA_FLOAT, i, unit * bound);
    }
  }
}
