package io.nextscale.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessExitTest {
  /** Without the hook C destroys libtorch's static objects beneath the call. */
  @RepeatedTest(2)
  void aProcessEndsWhileAThreadComputes(@TempDir Path folder)
      throws IOException, InterruptedException {
    assertThat(outputOf(LongCall.class, folder)).isEmpty();
  }

  /** Hooks can be added no more: a server may be told to end while it loads its models. */
  @Test
  void libtorchLoadsWhileTheProcessEnds(@TempDir Path folder)
      throws IOException, InterruptedException {
    assertThat(outputOf(LateLoading.class, folder).trim()).isEqualTo("6.0");
  }

  private static String outputOf(Class<?> program, Path folder)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "--enable-native-access=ALL-UNNAMED",
                    "-XX:TieredStopAtLevel=1",
                    "-XX:-CreateCoredumpOnCrash",
                    "-XX:ErrorFile=" + folder.resolve("crash.log"),
                    "-cp",
                    System.getProperty("java.class.path"),
                    program.getName()))
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isEqualTo(3);
    return output;
  }
}
