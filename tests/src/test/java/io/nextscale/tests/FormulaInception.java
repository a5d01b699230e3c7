package io.nextscale.tests;

import io.nextscale.evaluate.inception.Inception;
import io.nextscale.torch.DType;
import io.nextscale.torch.Tensor;
import io.nextscale.var.checkpoint.SafetensorsWriter;
import io.nextscale.var.checkpoint.StoredTensor;
import io.nextscale.var.checkpoint.WeightSource;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A file of weights for the evaluators' network, by the formula of the reference data: the real
 * ones are not here.
 */
final class FormulaInception implements WeightSource {
  private final Map<String, StoredTensor> made = new LinkedHashMap<>();

  private FormulaInception() {}

  /** Writes the weights. */
  static Path write(Path file) {
    FormulaInception formula = new FormulaInception();
    Inception.read(formula, DType.FLOAT32).close();
    formula.add("fc.bias", 1008);
    SafetensorsWriter.write(file, formula.made.values().stream().toList(), Map.of());
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
    return Optional.of(Tensor.of(add(key, shape), shape));
  }

  private float[] add(String key, long... shape) {
    float[] values = values(key, shape);
    made.put(key, StoredTensor.of(key, values, shape));
    return values;
  }

  private static float[] values(String key, long[] shape) {
    long hash = 0xCBF29CE484222325L;
    for (byte b : ("open/" + key).getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ b & 0xFF) * 0x100000001B3L;
    }
    int count = 1;
    for (long size : shape) {
      count *= (int) size;
    }
    boolean linear = key.equals("fc.weight");
    boolean matrix = linear || key.endsWith("conv.weight");
    int inputs = matrix ? (int) shape[1] : 1;
    int kernel = shape.length == 4 ? (int) (shape[2] * shape[3]) : 1;
    double scale =
        linear ? Math.sqrt(3.0 / 2048.0) * 5.0 : Math.sqrt(6.0 / (inputs * kernel)) * 1.06;
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      double own = uniform(hash, i);
      if (matrix) {
        boolean paired = inputs % 2 == 0 && i / kernel % inputs % 2 == 1;
        double a = 2.0 * own - 1.0;
        values[i] =
            (float)
                ((paired ? 0.6 * a - 0.8 * (2.0 * uniform(hash, i - kernel) - 1.0) : a) * scale);
      } else if (key.equals("fc.bias")) {
        values[i] = (float) ((2.0 * own - 1.0) * 0.1);
      } else {
        boolean positive = key.endsWith("bn.weight") || key.endsWith("bn.running_var");
        values[i] = (float) (positive ? 0.5 + own : (own - 0.5) * 0.2);
      }
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
