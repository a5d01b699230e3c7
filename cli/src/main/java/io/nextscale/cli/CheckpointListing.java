package io.nextscale.cli;

import io.nextscale.var.checkpoint.Checkpoint;
import io.nextscale.var.checkpoint.StoredTensor;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.Locale;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The tensors of a weight file for people. */
final class CheckpointListing {
  private CheckpointListing() {}

  static void print(Checkpoint checkpoint, PrintStream out) {
    out.println(summary(checkpoint));
    checkpoint
        .metadata()
        .forEach((key, value) -> out.println("metadata " + Errors.oneLine(key + ": " + value)));
    int width =
        Math.min(
            60, checkpoint.tensors().keySet().stream().mapToInt(String::length).max().orElse(0));
    for (StoredTensor tensor : checkpoint.tensors().values()) {
      out.printf(
          "%-" + Math.max(width, 1) + "s  %-9s %s%n",
          Errors.oneLine(tensor.name()),
          tensor.dtype(),
          Arrays.toString(tensor.shape()));
    }
  }

  /** Name, layout, numbers of tensors and elements, element types, size. */
  static String summary(Checkpoint checkpoint) {
    long elements =
        checkpoint.tensors().values().stream().mapToLong(StoredTensor::elementCount).sum();
    long bytes = checkpoint.tensors().values().stream().mapToLong(StoredTensor::byteSize).sum();
    String types =
        checkpoint.tensors().values().stream()
            .map(tensor -> tensor.dtype().toString())
            .collect(Collectors.toCollection(TreeSet::new))
            .stream()
            .collect(Collectors.joining(", "));
    return String.format(
        Locale.ROOT,
        "%s: %s, %d tensors, %,d elements (%s), %,d bytes",
        checkpoint.path(),
        checkpoint.layout(),
        checkpoint.tensors().size(),
        elements,
        types,
        bytes);
  }
}
