package io.nextscale.spark;

import java.io.Serial;
import java.io.Serializable;

/**
 * How rows are computed.
 *
 * @param batch images that {@code sample} generates together: those whose ids divided by the batch
 *     are equal, wherever they lie, so that results do not depend on partitions
 * @param failFast whether a bad row fails the job; else its message is in the column {@code error}
 * @param partitions number of partitions of {@code sample}'s result, whose tasks run in parallel
 *     and are repeated whole after a failure; 0: as many as the requests have
 */
public record RowOptions(int batch, boolean failFast, int partitions) implements Serializable {
  @Serial private static final long serialVersionUID = 1;

  private static final int LARGEST_BATCH = 1024;

  /** Each image alone, errors in a column, partitions as they are. */
  public static final RowOptions DEFAULTS = new RowOptions(1, false, 0);

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if one is out of range
   */
  public RowOptions {
    if (batch < 1 || batch > LARGEST_BATCH) {
      throw new IllegalArgumentException(
          "batch is %s: expected 1 to %s".formatted(batch, LARGEST_BATCH));
    }
    if (partitions < 0) {
      throw new IllegalArgumentException(
          "partitions is %s: expected 0 (as they are) or more".formatted(partitions));
    }
  }

  /** Copies this with a batch. */
  public RowOptions withBatch(int value) {
    return new RowOptions(value, failFast, partitions);
  }

  /** Copies this, failing the job at the first bad row. */
  public RowOptions withFailFast() {
    return new RowOptions(batch, true, partitions);
  }

  /** Copies this with a number of partitions. */
  public RowOptions withPartitions(int value) {
    return new RowOptions(batch, failFast, value);
  }
}
