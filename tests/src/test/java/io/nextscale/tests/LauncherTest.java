package io.nextscale.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script {@code nextscale}, before Java begins: a stand-in shows how it is called. */
class LauncherTest {
  @TempDir Path root;

  private record Run(int code, String out, String err) {}

  private static String ofProject(String file) throws IOException {
    Path at = Path.of("").toAbsolutePath();
    while (!Files.exists(at.resolve("mvnw"))) {
      at = at.getParent();
    }
    return Files.readString(at.resolve(file));
  }

  @BeforeEach
  void copyTheScriptWithoutItsSources() throws IOException {
    executable("nextscale", ofProject("nextscale"));
    executable("bin/find-jdk", "export JAVA_HOME=" + root.resolve("jdk") + "; java_version=22\n");
    executable(
        "jdk/bin/java",
        "#!/bin/sh\necho \"locale ${LC_ALL:-${LC_CTYPE:-}}\"; for each; do echo \"$each\"; done\n");
    Files.createDirectories(root.resolve("cli/target/lib"));
    Files.createFile(root.resolve("cli/target/nextscale-cli.jar"));
    Files.createFile(root.resolve("cli/target/nextscale.stamp"));
  }

  private void executable(String name, String text) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  private Run run(Map<String, String> environment, String line) throws Exception {
    ProcessBuilder builder = new ProcessBuilder("bash", "-c", line).directory(root.toFile());
    for (String name : List.of("LC_ALL", "LC_CTYPE", "LANG", "JAVA_TOOL_OPTIONS")) {
      builder.environment().remove(name);
    }
    builder.environment().putAll(environment);
    builder
        .redirectOutput(root.resolve("out").toFile())
        .redirectError(root.resolve("err").toFile());
    Process process = builder.start();
    assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
    return new Run(
        process.exitValue(),
        Files.readString(root.resolve("out"), StandardCharsets.UTF_8),
        Files.readString(root.resolve("err"), StandardCharsets.UTF_8));
  }

  @Test
  void fileNamesMayHaveAnyCharacterInTheLocaleC() throws Exception {
    for (Map<String, String> environment :
        List.of(
            Map.of("LC_ALL", "C"),
            Map.of("LC_ALL", "POSIX"),
            Map.of("LANG", "C"),
            Map.of("LC_CTYPE", "C"),
            Map.<String, String>of())) {
      Run run = run(environment, "./nextscale sample --out vögel.png");
      assertThat(run.code()).as(run.err()).isZero();
      assertThat(run.out().lines().findFirst().orElseThrow())
          .as("%s", environment)
          .matches("locale \\S+\\.(UTF-8|utf8)");
      assertThat(run.out()).endsWith("sample\n--out\nvögel.png\n");
    }
    assertThat(run(Map.of("LC_ALL", "C.UTF-8"), "./nextscale").out()).startsWith("locale C.UTF-8");
  }

  @Test
  void aCollectorFromOutsideTakesThePlaceOfOurs() throws Exception {
    assertThat(run(Map.of(), "./nextscale doctor").out()).contains("-XX:+UseSerialGC");
    for (String options : List.of("-XX:+UseG1GC", "-Xmx1g -XX:+UseParallelGC", "\"-XX:+UseZGC\"")) {
      assertThat(run(Map.of("JAVA_TOOL_OPTIONS", options), "./nextscale doctor").out())
          .doesNotContain("UseSerialGC");
      assertThat(run(Map.of("NEXTSCALE_JAVA_OPTS", options), "./nextscale doctor").out())
          .doesNotContain("UseSerialGC");
    }
  }

  @Test
  void theReadmeSaysHowLongTheFirstUseTakes() throws IOException {
    Matcher told =
        Pattern.compile("building on first use [^(]*(\\([^)]+\\))").matcher(ofProject("nextscale"));
    assertThat(told.find()).isTrue();
    assertThat(ofProject("README.md").replaceAll("\\s+", " "))
        .contains("builds on first use " + told.group(1));
  }

  @Test
  void theBuildOnFirstUseIsToldUnlessTheCommandIsQuiet() throws Exception {
    executable("mvnw", "#!/bin/sh\nexit 0\n");
    Path stamp = root.resolve("cli/target/nextscale.stamp");
    Files.delete(stamp);
    Run quiet = run(Map.of(), "./nextscale doctor --quiet");
    assertThat(quiet.code()).as(quiet.err()).isZero();
    assertThat(quiet.err()).isEmpty();
    assertThat(stamp).exists();
    Files.delete(stamp);
    assertThat(run(Map.of(), "./nextscale doctor").err()).startsWith("nextscale: building");
  }

  @Test
  void aClosedStdoutIsAnError() throws Exception {
    Run run = run(Map.of(), "./nextscale doctor >&-");
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).isEqualTo("nextscale: standard output is closed\n");
    assertThat(run(Map.of(), "./nextscale doctor 2>&-").code()).isZero();
  }
}
