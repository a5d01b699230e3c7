package io.nextscale.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.nextscale.models.DemoModel;
import io.nextscale.spark.check.ExecutorCheck;
import io.nextscale.spark.model.ModelDescription;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

/** Executors whose JVM cannot run a model: their users learn what to change. */
class FailuresTest {
  private static final ModelDescription MODEL = ModelDescription.of("demo:" + DemoModel.VAR);

  /** Spark gives its executors the permission; a program with a local master must ask for it. */
  @Test
  void nativeAccessThatIsDenied() throws IOException, InterruptedException {
    assumeTrue(Runtime.version().feature() >= 24, "this Java has no option that denies it");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.startsWith("--add-opens"))
        .forEach(command::add);
    command.addAll(
        List.of(
            "--illegal-native-access=deny",
            "-cp",
            System.getProperty("java.class.path"),
            FailuresTest.class.getName()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output;
    try (InputStream in = process.getInputStream()) {
      output = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    process.waitFor();
    assertThat(output)
        .contains("cannot be loaded on executor driver (127.0.0.1)")
        .contains("--conf spark.executor.extraJavaOptions=--enable-native-access=ALL-UNNAMED");
  }

  /** Asks a local master for the number of classes. */
  public static void main(String[] arguments) throws IOException {
    try (SparkSession spark = Sessions.local()) {
      System.out.println(SparkImages.classes(spark, MODEL));
    } catch (Exception e) {
      System.out.println(e.getMessage());
    }
  }

  @Test
  void executorsOfAnOldJava() throws Exception {
    Optional<Path> old = oldJava();
    assumeTrue(old.isPresent(), "no JDK 17 to 21 in /usr/lib/jvm to run an executor with");
    assumeTrue(classVersion() <= 61, "the check was not compiled for Java 17, as Maven does it");
    try (SparkSession spark =
        Sessions.cluster("local-cluster[1,1,1024]")
            .config("spark.executor.memory", "512m")
            .config("spark.executorEnv.JAVA_HOME", old.get().toString())
            .getOrCreate()) {
      assertThatThrownBy(() -> SparkImages.classes(spark, MODEL))
          .hasMessageContaining("Nextscale needs Java 22 or newer on every executor, found Java 1")
          .hasMessageContaining(old.get().toString())
          .hasMessageContaining("set spark.executorEnv.JAVA_HOME");
    }
    for (ProcessHandle executor : Sessions.executors()) {
      executor.onExit().get(30, TimeUnit.SECONDS);
    }
  }

  private static int classVersion() throws IOException {
    String name = ExecutorCheck.class.getSimpleName() + ".class";
    try (DataInputStream in =
        new DataInputStream(
            Objects.requireNonNull(ExecutorCheck.class.getResourceAsStream(name), name))) {
      in.readInt();
      return in.readInt();
    }
  }

  private static Optional<Path> oldJava() throws IOException {
    Path all = Path.of("/usr/lib/jvm");
    if (!Files.isDirectory(all)) {
      return Optional.empty();
    }
    try (Stream<Path> folders = Files.list(all)) {
      return folders
          .filter(folder -> folder.getFileName().toString().matches(".*(17|21)[^\\d]*.*"))
          .filter(folder -> Files.isExecutable(folder.resolve("bin/java")))
          .findFirst();
    }
  }
}
