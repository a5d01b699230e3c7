package io.nextscale.bench;

import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.Functional;
import io.nextscale.torch.GradMode;
import io.nextscale.torch.Layers;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.torch.cpu.OneDnn;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.BinaryOperator;

/**
 * Measures {@link Peaks} with the operators that the models use.
 *
 * @param largestSide largest side of the matrices that are multiplied
 * @param bytes size of the block that is read, a multiple of 4096
 */
record PeakMeter(int largestSide, long bytes) {
  private static final int SMALLEST_SIDE = 512;
  private static final int REPEATS = 4;
  private static final double MOST_SECONDS = 5; // an element type may be emulated
  private static final int GROWTH = 2 * 2 * 2; // of the work, where the side doubles

  /** Has sizes that no cache holds and that keep every core busy. */
  static PeakMeter thorough() {
    return new PeakMeter(4096, 1L << 30);
  }

  /** Has small sizes, to see that the command works; the figures mean little. */
  static PeakMeter quick() {
    return new PeakMeter(SMALLEST_SIDE, 1L << 26);
  }

  /** Measures all peaks, for about half a minute. */
  Peaks measure() {
    try (GradMode inference = GradMode.disabled()) {
      return new Peaks(products(DType.FLOAT32), products(DType.BFLOAT16), memory());
    }
  }

  private Map<String, Double> products(DType dtype) {
    Map<String, Double> results = new LinkedHashMap<>();
    if (OneDnn.isAvailable(dtype)) {
      products(
          results,
          "oneDNN",
          dtype,
          (x, weight) -> OneDnn.linear(x, weight, null, OneDnn.Activation.NONE));
    }
    products(results, "aten", dtype, (x, weight) -> Layers.linear(x, weight, null));
    return results;
  }

  private void products(
      Map<String, Double> results, String name, DType dtype, BinaryOperator<Tensor> linear) {
    for (int side = SMALLEST_SIDE; side <= largestSide; side *= 2) {
      try (TensorScope scope = TensorScope.open()) {
        Tensor x = random(side).to(dtype);
        Tensor weight = random(side).to(dtype);
        double seconds = best(() -> linear.apply(x, weight));
        results.put(name + " " + side, 2.0 * side * side * side / seconds);
        if (seconds * GROWTH > MOST_SECONDS) {
          return;
        }
      }
    }
  }

  /** Measures a sum, the product of one row with a matrix, and a copy, which counts twice. */
  private Map<String, Double> memory() {
    Map<String, Double> results = new LinkedHashMap<>();
    long count = bytes / Float.BYTES;
    try (TensorScope scope = TensorScope.open()) {
      Tensor all = Tensor.full(1, DType.FLOAT32, Device.CPU, count);
      results.put("sum", bytes / best(() -> Functional.sum(all, 0, false)));
      long width = 1L << (63 - Long.numberOfLeadingZeros(count)) / 2;
      Tensor matrix = all.reshape(count / width, width);
      Tensor row = Tensor.full(1, DType.FLOAT32, Device.CPU, 1, width);
      if (OneDnn.isAvailable(DType.FLOAT32)) {
        double seconds = best(() -> OneDnn.linear(row, matrix, null, OneDnn.Activation.NONE));
        results.put("oneDNN row", bytes / seconds);
      }
      results.put("aten row", bytes / best(() -> Layers.linear(row, matrix, null)));
      Tensor from = all.narrow(0, 0, count / 2);
      Tensor to = all.narrow(0, count / 2, count / 2);
      results.put("copy", bytes / best(() -> to.copyFrom(from)));
    }
    return results;
  }

  /** Calls several times; returns the seconds of the fastest call. */
  private static double best(Runnable call) {
    double best = Double.POSITIVE_INFINITY;
    double spent = 0;
    for (int i = 0; i <= REPEATS && spent < MOST_SECONDS; i++) {
      try (TensorScope scope = TensorScope.open()) {
        long start = System.nanoTime();
        call.run();
        double seconds = (System.nanoTime() - start) * 1e-9;
        spent += seconds;
        best = Math.min(best, seconds);
      }
    }
    return best;
  }

  private static Tensor random(int side) {
    SplittableRandom random = new SplittableRandom(side);
    float[] values = new float[side * side];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextDouble(-1, 1);
    }
    return Tensor.of(values, side, side);
  }
}
