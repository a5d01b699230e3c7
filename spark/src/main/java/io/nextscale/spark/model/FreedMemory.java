package io.nextscale.spark.model;

import io.nextscale.torch.cpu.SystemMemory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Gives memory that the C library keeps for reuse back to the system. Spark's threads make many of
 * glibc's heaps before the library can limit their number, and each would stay as large as its
 * busiest thread made it (docs/experiments/0053-memory-on-spark.md).
 */
final class FreedMemory {
  private static final long LEAST_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final AtomicLong LAST = new AtomicLong(System.nanoTime());

  private FreedMemory() {}

  /** Gives back, unless that was done a short time ago: it takes pages from running tasks too. */
  static void giveBack() {
    long now = System.nanoTime();
    long last = LAST.get();
    if (now - last >= LEAST_NANOS && LAST.compareAndSet(last, now)) {
      SystemMemory.trim();
    }
  }
}
