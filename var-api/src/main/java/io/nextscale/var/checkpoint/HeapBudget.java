package io.nextscale.var.checkpoint;

import org.jspecify.annotations.Nullable;

/**
 * Counts the heap that reading one file takes, garbage included, so that a small file cannot take
 * much of it. The charges are upper estimates.
 */
final class HeapBudget {
  /** Largest heap in bytes for one file; 10,000 tensors take about half of it. */
  static final long LIMIT = 48L << 20;

  private final FileBytes file;
  private final @Nullable String part;
  private final long limit;
  private long charged;

  HeapBudget(FileBytes file, @Nullable String part, long limit) {
    this.file = file;
    this.part = part;
    this.limit = limit;
  }

  /** Charges bytes; throws {@link CheckpointException} beyond the limit. */
  void charge(long bytes) {
    charged += bytes;
    if (charged > limit) {
      throw file.malformed(
          part, "content that takes at most " + (limit >> 20) + " MiB of heap", "more");
    }
  }

  /** Charges for a tensor and its entry in a map. */
  void chargeTensor(int rank) {
    charge(200 + 24L * rank);
  }
}
