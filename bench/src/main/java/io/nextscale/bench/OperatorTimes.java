package io.nextscale.bench;

import io.nextscale.torch.OperatorProfile;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Times of the operators of a part of an image.
 *
 * @param seconds of the part
 * @param help seconds of other threads, without waiting
 * @param entries the operators
 */
record OperatorTimes(double seconds, double help, List<OperatorProfile.Entry> entries) {
  /** Matrix products and convolutions, without which there is no model. */
  private static final List<String> PRODUCTS =
      List.of(
          "linear",
          "linear (oneDNN)",
          "conv2d",
          "conv_transpose2d.input",
          "matmul",
          "scaled_dot_product_attention");

  /** Adds up parts, the operator with the longest time first. */
  static OperatorTimes sum(double seconds, List<OperatorTimes> parts) {
    Map<String, OperatorProfile.Entry> sums = new LinkedHashMap<>();
    for (OperatorTimes part : parts) {
      for (OperatorProfile.Entry entry : part.entries) {
        sums.merge(
            entry.operator(),
            entry,
            (a, b) ->
                new OperatorProfile.Entry(
                    a.operator(), a.calls() + b.calls(), a.seconds() + b.seconds()));
      }
    }
    List<OperatorProfile.Entry> entries = new ArrayList<>(sums.values());
    entries.sort(Comparator.comparingDouble(OperatorProfile.Entry::seconds).reversed());
    double help = parts.stream().mapToDouble(OperatorTimes::help).sum();
    return new OperatorTimes(seconds, help, entries);
  }

  /** Seconds of all threads that work for the image, without waiting for each other. */
  double threadSeconds() {
    return seconds + help;
  }

  double in(String operator) {
    return entries.stream()
        .filter(entry -> entry.operator().equals(operator))
        .mapToDouble(OperatorProfile.Entry::seconds)
        .sum();
  }

  double inProducts() {
    return PRODUCTS.stream().mapToDouble(this::in).sum();
  }

  double inOthers() {
    return entries.stream().mapToDouble(OperatorProfile.Entry::seconds).sum() - inProducts();
  }

  double outside() {
    return threadSeconds() - inProducts() - inOthers();
  }

  long productCalls() {
    return entries.stream()
        .filter(entry -> PRODUCTS.contains(entry.operator()))
        .mapToLong(OperatorProfile.Entry::calls)
        .sum();
  }

  long calls() {
    return entries.stream().mapToLong(OperatorProfile.Entry::calls).sum();
  }
}
