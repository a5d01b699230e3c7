package io.nextscale.cli.output;

import io.nextscale.var.check.Shown;
import io.nextscale.var.checkpoint.Checkpoint;
import io.nextscale.var.checkpoint.StoredTensor;
import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Lists the tensors of a weight file. */
public record CheckpointListing(Checkpoint checkpoint) {
  private static final int WIDEST_NAME = 60;

  /** Prints the summary, the metadata, and name, type and shape of each tensor. */
  public void print(Console console) {
    console.print(summary());
    checkpoint
        .metadata()
        .forEach((key, value) -> console.print("metadata " + Console.oneLine(key + ": " + value)));
    if (!checkpoint.others().isEmpty()) {
      console.print("not read: " + Console.oneLine(Shown.list(checkpoint.others())));
    }
    Collection<StoredTensor> tensors = checkpoint.tensors().values();
    int longest = tensors.stream().mapToInt(tensor -> tensor.name().length()).max().orElse(1);
    String row = "%-" + Math.clamp(longest, 1, WIDEST_NAME) + "s  %-9s %s";
    for (StoredTensor tensor : tensors) {
      console.print(
          row.formatted(
              Console.oneLine(tensor.name()), tensor.dtype(), Arrays.toString(tensor.shape())));
    }
  }

  /** File name, layout, counts of tensors and elements, element types, and size. */
  public String summary() {
    Collection<StoredTensor> tensors = checkpoint.tensors().values();
    String types =
        tensors.stream()
            .map(tensor -> tensor.dtype().toString())
            .collect(Collectors.toCollection(TreeSet::new))
            .stream()
            .collect(Collectors.joining(", "));
    return String.format(
        Locale.ROOT,
        "%s: %s, %d tensors, %,d elements (%s), %,d bytes",
        checkpoint.path(),
        checkpoint.layout(),
        tensors.size(),
        tensors.stream().mapToLong(StoredTensor::elementCount).sum(),
        types,
        tensors.stream().mapToLong(StoredTensor::byteSize).sum());
  }
}
