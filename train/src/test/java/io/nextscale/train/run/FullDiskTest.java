package io.nextscale.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.nextscale.train.metrics.MetricsHistory;
import io.nextscale.train.metrics.MetricsRow;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A disk that is full in the middle of a file. A JVM of its own meets it: the shell that starts it
 * limits the size of the files that it writes, and writing on fails as on a full disk, only with
 * the reason "File too large".
 */
class FullDiskTest {
  /** In units of 1024 bytes, or 512 where the shell follows POSIX. */
  private static final String LIMIT = "ulimit -S -f 64";

  @TempDir private Path folder;

  @BeforeAll
  static void theShellCanLimit() throws IOException, InterruptedException {
    boolean can;
    try {
      can = new ProcessBuilder("bash", "-c", LIMIT).start().waitFor() == 0;
    } catch (IOException e) {
      can = false;
    }
    assumeTrue(can, "full disks are not tested here: bash, or its ulimit -f, is missing");
  }

  @Test
  void anOlderStateStays() throws IOException, InterruptedException {
    Path file = folder.resolve("state.safetensors");
    FullDisk.saveState(file, 4, 1); // unpacks libtorch, too, which the other JVM may not
    byte[] older = Files.readAllBytes(file);

    List<String> output = run("state", file);

    assertThat(output).singleElement().asString().contains(file.toString(), "File too large");
    assertThat(Files.readAllBytes(file)).isEqualTo(older);
    assertThat(folder.toFile().list()).containsExactly("state.safetensors");
  }

  @Test
  void noStateIsLeftWhereThereWasNone() throws IOException, InterruptedException {
    Path file = folder.resolve("state.safetensors");
    FullDisk.saveState(file, 4, 1);
    Files.delete(file);

    assertThat(run("state", file)).hasSize(1);
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void metricsKeepTheirRowsAndGoOn() throws IOException, InterruptedException {
    Path file = folder.resolve("metrics.csv");

    List<String> output = run("metrics", file);

    assertThat(output).hasSize(2);
    assertThat(output.getFirst()).contains(file.toString(), "File too large");
    assertThat(output.getLast()).isEqualTo("bytes added: 0");
    List<MetricsRow> rows = MetricsHistory.read(file).rows();
    assertThat(rows).hasSizeGreaterThan(50);
    assertThat(rows.subList(0, rows.size() - 1)).allMatch(row -> row.values().size() == 20);
    assertThat(rows.getLast().values()).isEmpty();
    assertThat(rows.getLast().step()).isEqualTo(rows.size() - 1L);
    assertThat(folder.toFile().list()).containsExactly("metrics.csv");
  }

  /** Runs another JVM and returns the lines that it printed. */
  private static List<String> run(String what, Path file) throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(
                "bash",
                "-c",
                LIMIT + " && exec \"$@\"",
                "bash",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:-UsePerfData", // a file of its own
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                FullDisk.class.getName(),
                what,
                file.toString())
            .redirectErrorStream(true);
    builder.environment().put("LC_ALL", "C"); // the reason in English
    Process process = builder.start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(text).isZero();
    return text.lines().toList();
  }
}
