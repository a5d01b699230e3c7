package io.nextscale.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Applications with a class loader each, as a servlet container deploys them; {@link Container} is
 * one.
 */
class ClassLoadersTest {
  @Test
  void twoApplicationsDrawTheSame() throws Exception {
    assertThat(container("both")).contains("first draws 12288 values", "second draws the same");
  }

  @Test
  void anApplicationIsCollectedAfterItsGeneratorIsClosed() throws Exception {
    assertThat(container("redeploy")).contains("first is collected", "second draws 12288 values");
  }

  private static String container(String what) throws Exception {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-Xmx512m",
            // the JDK keeps the last conversion of a record's equals by a soft reference, which
            // would only be cleared when memory is short
            "-XX:SoftRefLRUPolicyMSPerMB=0",
            "-cp",
            System.getProperty("java.class.path"),
            Container.class.getName(),
            what);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }
}
