package io.nextscale.var.checkpoint;

import org.jspecify.annotations.Nullable;

/**
 * Account of the heap that reading one file takes, garbage included: a small file must not be able
 * to ask for much. The charges are estimates on the safe side.
 */
final class HeapBudget {
  /** Most bytes for all that is read of a file; 10,000 tensors take about half of it. */
  static final long LIMIT = 48L << 20;

  private final FileBytes file;
  private final @Nullable String what;
  private final long limit;
  private long charged;

  HeapBudget(FileBytes file, @Nullable String what, long limit) {
    this.file = file;
    this.what = what;
    this.limit = limit;
  }

  /** Adds to the account; throws {@link CheckpointException} if it is exhausted. */
  void charge(long bytes) {
    charged += bytes;
    if (charged > limit) {
      throw file.malformed(
          what, "content that takes at most " + (limit >> 20) + " MiB of heap", "more");
    }
  }

  /** Charges for a tensor and its entry in a map. */
  void chargeTensor(int rank) {
    charge(200 + 24L * rank);
  }
}
