package io.nextscale.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs {@link TensorFuzz} in another process, which must not end before its work. {@code
 * -Dnextscale.fuzz.calls=1000000} makes it long, {@code -Dnextscale.fuzz.seed} another one.
 */
class TensorFuzzTest {
  @Test
  void randomCallsEndInResultsAndExceptions(@TempDir Path folder)
      throws IOException, InterruptedException {
    String calls = System.getProperty("nextscale.fuzz.calls", "10000");
    String seed = System.getProperty("nextscale.fuzz.seed", "1");
    Path progress = folder.resolve("progress");
    Path output = folder.resolve("output");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-XX:TieredStopAtLevel=1"));
    command.addAll(List.of("-XX:-CreateCoredumpOnCrash", "-XX:ErrorFile=" + folder + "/crash.log"));
    command.addAll(List.of("-Xmx800m", "-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(TensorFuzz.class.getName(), seed, calls, progress.toString()));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    int code = process.waitFor();
    String text = Files.readString(output, StandardCharsets.UTF_8);
    String last = new String(Files.readAllBytes(progress), StandardCharsets.UTF_8);
    assertThat(code)
        .as("%s%nthe last call: %s", text, last.lines().findFirst().orElse(""))
        .isZero();
    assertThat(text).contains(calls + " CALLS").contains(" 0 LEFT");
    System.out.println("  " + text.lines().reduce("", (first, line) -> line));
  }
}
