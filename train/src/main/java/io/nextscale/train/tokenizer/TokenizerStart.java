package io.nextscale.train.tokenizer;

import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.Tensor;
import io.nextscale.train.optim.StepRandom;
import io.nextscale.var.checkpoint.WeightSource;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;

/**
 * The weights that a tokenizer's training starts from: kernels uniform within {@code ±1/√fan-in},
 * which is what PyTorch gives a convolution and the official code keeps; biases 0; codes normal, to
 * be set from images by {@link CodeVectors}.
 *
 * @param seed same seed, same weights; every weight has a stream of its own
 */
public record TokenizerStart(long seed) implements WeightSource {
  @Override
  public Path origin() {
    return Path.of("initial weights of seed " + seed);
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
    if (key.contains("norm")) {
      return Optional.of(Tensor.full(1, DType.FLOAT32, Device.CPU, shape));
    }
    Tensor weight = Tensor.empty(DType.FLOAT32, Device.CPU, shape);
    SplittableRandom random = StepRandom.of(seed, key, 0);
    if (key.endsWith("embedding.weight")) {
      fill(weight.segment(), random::nextGaussian);
    } else {
      long fanIn = Arrays.stream(shape).skip(1).reduce(1, Math::multiplyExact);
      double bound = 1 / Math.sqrt(fanIn);
      fill(weight.segment(), () -> random.nextDouble(-bound, bound));
    }
    return Optional.of(weight);
  }

  private static void fill(MemorySegment values, DoubleSupplier draw) {
    long count = values.byteSize() / Float.BYTES;
    for (long i = 0; i < count; i++) {
      values.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) draw.getAsDouble());
    }
  }
}
