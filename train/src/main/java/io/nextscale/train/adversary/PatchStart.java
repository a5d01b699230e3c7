package io.nextscale.train.adversary;

import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.Tensor;
import io.nextscale.var.checkpoint.WeightSource;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * The weights that a discriminator's training starts from: kernels normal with a deviation of 0.02
 * ({@code weights_init} in {@code discriminator/model.py} of VQGAN), gains of norms 1, biases 0.
 *
 * @param seed same seed, same weights; every weight has a stream of its own
 */
public record PatchStart(long seed) implements WeightSource {
  private static final double DEVIATION = 0.02;

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
    if (key.endsWith("norm.weight")) {
      return Optional.of(Tensor.full(1, DType.FLOAT32, Device.CPU, shape));
    }
    return Optional.of(Tensor.of(draw(key, shape), shape));
  }

  private float[] draw(String key, long... shape) {
    SplittableRandom random = new SplittableRandom(seed * 31 + key.hashCode());
    float[] values =
        new float[Math.toIntExact(Arrays.stream(shape).reduce(1, Math::multiplyExact))];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (random.nextGaussian() * DEVIATION);
    }
    return values;
  }
}
