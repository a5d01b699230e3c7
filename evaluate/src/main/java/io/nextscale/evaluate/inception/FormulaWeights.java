package io.nextscale.evaluate.inception;

import io.nextscale.torch.DType;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.checkpoint.SafetensorsWriter;
import io.nextscale.var.checkpoint.StoredTensor;
import io.nextscale.var.checkpoint.WeightSource;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Weights of the Inception network by a formula, in place of the real ones: for benchmarks, and for
 * tests against reference data that was computed with the same formula elsewhere. Activations keep
 * their size, and images differ in their features; figures compare with no table.
 */
public final class FormulaWeights implements WeightSource {
  private static final String SEED = "open";

  private final List<StoredTensor> kept;
  private final boolean keeps;

  /** Weights that are computed when they are asked for, and not kept. */
  public FormulaWeights() {
    this(false);
  }

  private FormulaWeights(boolean keeps) {
    this.keeps = keeps;
    kept = new ArrayList<>();
  }

  /**
   * Writes the weights as safetensors, under the names of {@code pt_inception-2015-12-05}.
   *
   * @return the file
   * @throws io.nextscale.var.checkpoint.CheckpointException if it cannot be written
   */
  public static Path write(Path file) {
    FormulaWeights formula = new FormulaWeights(true);
    Inception.read(formula, DType.FLOAT32).close();
    try (TensorScope scope = TensorScope.open()) {
      formula.get("fc.bias", InceptionFeatures.CLASSES); // only classifiers read it
      SafetensorsWriter.write(file, formula.kept, Map.of());
    }
    return file;
  }

  @Override
  public Path origin() {
    return Path.of("formula");
  }

  @Override
  public Set<String> keys() {
    return Set.of();
  }

  @Override
  public Optional<Tensor> get(String key, long... shape) {
    float[] values = values(key, shape);
    if (keeps) {
      kept.add(StoredTensor.of(key, values, shape));
    }
    return Optional.of(Tensor.of(values, shape));
  }

  /** The values of a weight in row-major order. */
  public static float[] values(String key, long... shape) {
    long hash = 0xCBF29CE484222325L;
    for (byte b : (SEED + "/" + key).getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ b & 0xFF) * 0x100000001B3L;
    }
    int count = 1;
    for (long size : shape) {
      count *= (int) size;
    }
    float[] values = new float[count];
    boolean matrix = key.endsWith("conv.weight") || key.equals("fc.weight");
    int inputs = matrix ? (int) shape[1] : 0;
    int kernel = shape.length == 4 ? (int) (shape[2] * shape[3]) : 1;
    double scale =
        key.equals("fc.weight")
            ? Math.sqrt(3.0 / 2048.0) * 5.0
            : Math.sqrt(6.0 / (inputs * kernel)) * 1.06;
    for (int i = 0; i < count; i++) {
      double u = uniform(hash, i);
      double value;
      if (matrix) {
        double own = 2.0 * u - 1.0;
        boolean paired = inputs % 2 == 0 && i / kernel % inputs % 2 == 1;
        value = (paired ? 0.6 * own - 0.8 * (2.0 * uniform(hash, i - kernel) - 1.0) : own) * scale;
      } else if (key.equals("fc.bias")) {
        value = (2.0 * u - 1.0) * 0.1;
      } else if (key.endsWith("bn.weight") || key.endsWith("bn.running_var")) {
        value = 0.5 + u;
      } else {
        value = (u - 0.5) * 0.2;
      }
      values[i] = (float) value;
    }
    return values;
  }

  private static double uniform(long hash, int index) {
    long z = hash + (index + 1) * 0x9E3779B97F4A7C15L;
    z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
    z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
    z ^= z >>> 31;
    return (z >>> 40) / 16777216.0;
  }
}
