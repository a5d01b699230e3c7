package io.nextscale.spark.model;

import java.util.Locale;
import org.apache.spark.SparkConf;

/**
 * Memory that a cluster manager allows an executor beside its heap. YARN and Kubernetes end an
 * executor that takes more, without a word to its tasks, so the limit is checked before.
 */
final class MemoryLimit {
  private static final String OVERHEAD = "spark.executor.memoryOverhead";
  private static final String FACTOR = "spark.executor.memoryOverheadFactor";
  private static final long MIB = 1L << 20;
  private static final long BESIDE_WEIGHTS = 1024 * MIB;
  private static final long LEAST = 384 * MIB;

  private MemoryLimit() {}

  /**
   * Checks that weights and 1 GiB fit.
   *
   * @param what for the message
   * @throws SparkModelException with the setting that is needed, if they do not
   */
  static void require(SparkConf conf, String what, long weights) {
    String master = conf.get("spark.master", "");
    boolean limited = master.startsWith("yarn") || master.startsWith("k8s");
    if (!limited && !conf.contains(OVERHEAD)) {
      return; // no container around the executor that Spark knows of
    }
    long heap = conf.getSizeAsBytes("spark.executor.memory", "1g");
    long usual = Math.max((long) (heap * conf.getDouble(FACTOR, 0.1)), LEAST);
    long limit = conf.contains(OVERHEAD) ? conf.getSizeAsMb(OVERHEAD) * MIB : usual;
    long need = weights + BESIDE_WEIGHTS;
    if (limit < need) {
      throw new SparkModelException(
          String.format(
              Locale.ROOT,
              "%s needs about %d MiB beside the heap (weights of %d MiB, and 1 GiB), the executor is"
                  + " allowed %d MiB. Remedy: --conf %s=%dm",
              what,
              need / MIB,
              weights / MIB,
              limit / MIB,
              OVERHEAD,
              (need + MIB - 1) / MIB));
    }
  }
}
