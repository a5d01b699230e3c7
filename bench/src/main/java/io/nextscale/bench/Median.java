package io.nextscale.bench;

import java.util.List;
import java.util.function.ToDoubleFunction;

/** Computes medians. */
final class Median {
  private Median() {}

  /** Computes the median of a figure over some runs, at least one. */
  static <T> double of(List<T> runs, ToDoubleFunction<T> figure) {
    double[] sorted = runs.stream().mapToDouble(figure).sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
