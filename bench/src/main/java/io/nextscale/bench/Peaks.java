package io.nextscale.bench;

import io.nextscale.torch.DType;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What this machine can do, as measured in this process: the best of several ways each.
 *
 * @param float32 FLOP/s of matrix products in float32, by operator and side
 * @param bfloat16 likewise in bfloat16
 * @param memory bytes per second, by way
 */
record Peaks(
    Map<String, Double> float32, Map<String, Double> bfloat16, Map<String, Double> memory) {

  /** The better of two measurements, way by way. */
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

  /** FLOP/s in an element type. */
  double flops(DType dtype) {
    return best(dtype == DType.BFLOAT16 ? bfloat16 : float32);
  }

  /** Bytes per second. */
  double bandwidth() {
    return best(memory);
  }

  /** Seconds that the arithmetic takes at least. */
  double arithmetic(Work work, DType computeType) {
    return work.computed() / flops(computeType) + work.exact() / flops(DType.FLOAT32);
  }

  /** Seconds that the weights take at least, if none of them stays in a cache between phases. */
  double reading(Work work) {
    return work.bytes() / bandwidth();
  }

  /** Seconds below which a phase cannot get. */
  double limit(Work work, DType computeType) {
    return Math.max(arithmetic(work, computeType), reading(work));
  }

  private static double best(Map<String, Double> ways) {
    return ways.values().stream().mapToDouble(Double::doubleValue).max().orElseThrow();
  }
}
