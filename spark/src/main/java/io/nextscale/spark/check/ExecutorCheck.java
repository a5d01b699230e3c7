package io.nextscale.spark.check;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;

/**
 * Asks the executors for their version of Java. Without it the first task would end an executor of
 * Java 17 with an UnsupportedClassVersionError that reaches nobody but its log.
 */
public final class ExecutorCheck implements FlatMapFunction<Iterator<Integer>, String> {
  private static final long serialVersionUID = 1;
  private static final int OLDEST = 22;
  private static final int TASKS_EACH = 2;

  private ExecutorCheck() {}

  /**
   * Runs a job of a few short tasks. An executor that joins later is not checked.
   *
   * @throws IllegalStateException naming the executors whose Java is too old, and the remedy
   */
  public static void run(JavaSparkContext context) {
    int tasks = TASKS_EACH * Math.max(context.defaultParallelism(), 1);
    List<Integer> numbers = new ArrayList<>();
    for (int i = 0; i < tasks; i++) {
      numbers.add(i);
    }
    Set<String> old =
        new LinkedHashSet<>(
            context.parallelize(numbers, tasks).mapPartitions(new ExecutorCheck()).collect());
    if (!old.isEmpty()) {
      throw new IllegalStateException(
          String.format(
              "Nextscale needs Java %s or newer on every executor, found %s. Remedy: install a JDK"
                  + " %s or newer on the workers and set spark.executorEnv.JAVA_HOME to it (YARN"
                  + " and standalone), or take an image with one (Kubernetes)",
              OLDEST, String.join("; ", old), OLDEST));
    }
  }

  @Override
  public Iterator<String> call(Iterator<Integer> partition) {
    List<String> found = new ArrayList<>();
    if (Runtime.version().feature() < OLDEST) {
      found.add(
          String.format(
              "Java %s (%s) on executor %s",
              Runtime.version(), System.getProperty("java.home"), SparkEnv.get().executorId()));
    }
    return found.iterator();
  }
}
