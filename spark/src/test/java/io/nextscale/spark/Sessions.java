package io.nextscale.spark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.apache.spark.sql.SparkSession;

/** Sessions of the tests. Executors have the class path of the test itself. */
public final class Sessions {
  private static final String NATIVE_ACCESS = "--enable-native-access=ALL-UNNAMED";

  private Sessions() {}

  /** Two tasks in this JVM. */
  public static SparkSession local() {
    return builder("local[2]").getOrCreate();
  }

  /** Two executors of one core in JVMs of their own; twins of slow tasks are started soon. */
  static SparkSession.Builder cluster() {
    return cluster("local-cluster[2,1,2048]");
  }

  /** Executors in JVMs of their own. */
  static SparkSession.Builder cluster(String master) {
    requireHome();
    return builder(master)
        .config("spark.executor.memory", "1g")
        .config("spark.executor.extraClassPath", System.getProperty("java.class.path"))
        .config("spark.executorEnv.JAVA_HOME", System.getProperty("java.home"))
        .config("spark.executorEnv.SPARK_SCALA_VERSION", "2.13") // else it looks for a build
        .config("spark.executor.extraJavaOptions", NATIVE_ACCESS)
        .config("spark.executor.heartbeatInterval", "1s")
        .config("spark.speculation", true)
        .config("spark.speculation.interval", "100ms")
        .config("spark.speculation.multiplier", 1.1)
        .config("spark.speculation.quantile", 0.5)
        .config("spark.speculation.minTaskRuntime", "100ms");
  }

  private static SparkSession.Builder builder(String master) {
    return SparkSession.builder()
        .appName("tests")
        .master(master)
        .config("spark.ui.enabled", false)
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.sql.warehouse.dir", Path.of("target/warehouse").toUri().toString())
        .config("spark.sql.shuffle.partitions", 2);
  }

  /** Spark's workers look for the folder jars in SPARK_HOME, and need nothing in it. */
  private static void requireHome() {
    String home =
        Objects.requireNonNull(
            System.getenv("SPARK_HOME"), "SPARK_HOME: the POM sets it for the tests");
    try {
      Files.createDirectories(Path.of(home, "jars"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The processes of executors that this JVM started. */
  static List<ProcessHandle> executors() {
    return ProcessHandle.current()
        .children()
        // their arguments are longer than the system shows
        .filter(child -> child.info().command().orElse("").endsWith("java"))
        .toList();
  }
}
