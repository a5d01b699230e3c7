package io.nextscale.bench;

import io.nextscale.torch.DType;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The highest speeds of this machine, measured in this process. Each is measured in several ways,
 * and the best counts.
 *
 * @param float32 FLOP/s of float32 matrix products, by kernel and side
 * @param bfloat16 FLOP/s of bfloat16 matrix products, by kernel and side
 * @param memory bytes per second, by access
 */
record Peaks(
    Map<String, Double> float32, Map<String, Double> bfloat16, Map<String, Double> memory) {

  /** Keeps the better of two measurements, for each way. */
  Peaks orBetter(Peaks other) {
    return new Peaks(
        better(float32, other.float32),
        better(bfloat16, other.bfloat16),
        better(memory, other.memory));
  }

  private static Map<String, Double> better(Map<String, Double> one, Map<String, Double> other) {
    Map<String, Double> both = new LinkedHashMap<>(one);
    other.forEach((way, figure) -> both.merge(way, figure, Math::max));
    return both;
  }

  /** The best FLOP/s in an element type. */
  double flops(DType dtype) {
    return best(dtype == DType.BFLOAT16 ? bfloat16 : float32);
  }

  /** The best bytes per second. */
  double bandwidth() {
    return best(memory);
  }

  /** The least seconds of the arithmetic. */
  double arithmetic(Work work, DType computeType) {
    return work.computed() / flops(computeType) + work.float32() / flops(DType.FLOAT32);
  }

  /** The least seconds of reading the weights, if no cache keeps them between phases. */
  double reading(Work work) {
    return work.bytes() / bandwidth();
  }

  /** The least seconds of a phase. */
  double limit(Work work, DType computeType) {
    return Math.max(arithmetic(work, computeType), reading(work));
  }

  private static double best(Map<String, Double> ways) {
    return ways.values().stream().mapToDouble(Double::doubleValue).max().orElseThrow();
  }
}
