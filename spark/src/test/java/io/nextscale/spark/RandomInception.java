package io.nextscale.spark;

import io.nextscale.evaluate.inception.Inception;
import io.nextscale.torch.DType;
import io.nextscale.torch.Tensor;
import io.nextscale.var.checkpoint.SafetensorsWriter;
import io.nextscale.var.checkpoint.StoredTensor;
import io.nextscale.var.checkpoint.WeightSource;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** Weights of the evaluation's network, random, in a file. */
final class RandomInception implements WeightSource {
  private final Map<String, StoredTensor> tensors = new TreeMap<>();

  static Path write(Path file) {
    RandomInception random = new RandomInception();
    Inception.read(random, DType.FLOAT32).close();
    SafetensorsWriter.write(file, random.tensors.values().stream().toList(), Map.of());
    return file;
  }

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
    int each = (int) Arrays.stream(shape).skip(1).reduce(1, (a, b) -> a * b);
    int kernel = shape.length == 4 ? (int) (shape[2] * shape[3]) : 1;
    SplittableRandom random = new SplittableRandom(key.hashCode());
    float[] values = new float[(int) shape[0] * each];
    for (int i = 0; i < values.length; i++) {
      double u = random.nextDouble();
      if (shape.length > 1) {
        values[i] = (float) ((2 * u - 1) * Math.sqrt(6.0 / each));
        if (i % (2 * kernel) >= kernel) { // else all images look alike to the last layers
          values[i] = 0.6f * values[i] - 0.8f * values[i - kernel];
        }
      } else {
        boolean positive = key.endsWith("bn.weight") || key.endsWith("running_var");
        values[i] = (float) (positive ? 0.5 + u : (u - 0.5) * 0.2);
      }
    }
    tensors.put(key, StoredTensor.of(key, values, shape));
    return Optional.of(Tensor.of(values, shape));
  }
}
