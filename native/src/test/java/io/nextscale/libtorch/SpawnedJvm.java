package io.nextscale.libtorch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Another JVM that runs {@link Loading}, since a process loads libraries once. */
record SpawnedJvm(Process process) {
  /** Taken out of the environment: a test gives those that it is about. */
  private static final List<String> READ_BY_THE_CODE_UNDER_TEST =
      List.of(
          LibTorch.DIRECTORY_VARIABLE,
          NativeCache.ROOT_VARIABLE,
          ProcessSettings.VARIABLE,
          "MALLOC_MMAP_THRESHOLD_",
          "MALLOC_TRIM_THRESHOLD_",
          "MALLOC_TOP_PAD_",
          "GLIBC_TUNABLES",
          "XDG_CACHE_HOME",
          "OMP_WAIT_POLICY",
          "GOMP_SPINCOUNT",
          "OPENBLAS_NUM_THREADS",
          "THP_MEM_ALLOC_ENABLE");

  /** Starts one with this module's classes and further entries on its class path. */
  static SpawnedJvm start(String what, List<String> options, Path... classPath) {
    List<String> entries = new ArrayList<>(List.of(location(NativeCache.class)));
    entries.add(location(Loading.class));
    for (Path entry : classPath) {
      entries.add(entry.toString());
    }
    return start(what, options, String.join(File.pathSeparator, entries));
  }

  /** Starts one with this module's classes and more in its environment. */
  static SpawnedJvm start(String what, Map<String, String> environment) {
    String classPath = location(NativeCache.class) + File.pathSeparator + location(Loading.class);
    return start(what, List.of(), classPath, environment);
  }

  /** Starts one with a class path. */
  static SpawnedJvm start(String what, List<String> options, String classPath) {
    return start(what, options, classPath, Map.of());
  }

  private static SpawnedJvm start(
      String what, List<String> options, String classPath, Map<String, String> environment) {
    List<String> all = new ArrayList<>(List.of("--enable-native-access=ALL-UNNAMED"));
    all.addAll(options);
    all.addAll(List.of("-cp", classPath, Loading.class.getName()));
    all.addAll(List.of(what.split(" ")));
    return java(all, environment);
  }

  /** Starts one with arguments of the java command. */
  static SpawnedJvm java(List<String> arguments, Map<String, String> environment) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:TieredStopAtLevel=1");
    command.addAll(arguments);
    return process(command, environment);
  }

  /** Starts a process that becomes a JVM. */
  static SpawnedJvm process(List<String> command, Map<String, String> environment) {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().keySet().removeAll(READ_BY_THE_CODE_UNDER_TEST);
    builder.environment().putAll(environment);
    try {
      return new SpawnedJvm(builder.start());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  static String location(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  /** Waits for its end and returns its output. */
  String output() {
    try {
      String text =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      assertThat(process.waitFor(10, TimeUnit.MINUTES)).isTrue();
      assertThat(process.exitValue()).as(text).isZero();
      return text;
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
