package io.nextscale.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.nextscale.var.checkpoint.Checkpoint;
import io.nextscale.var.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Outputs that are no plain files: devices, pipes, standard output, folders. None is replaced. */
@DisabledOnOs(OS.WINDOWS)
class SpecialOutputTest {
  private static final Path NULL = Path.of("/dev/null");

  @TempDir private Path folder;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private Path image;
  private byte[] bytes;

  @BeforeEach
  void sample() throws IOException {
    image = folder.resolve("a.png");
    assertThat(run("sample --class cat --quiet --out", image)).isZero();
    bytes = Files.readAllBytes(image);
  }

  private int run(String line, Object... more) {
    out.reset();
    err.reset();
    return Main.run(
        Stream.concat(Arrays.stream(line.split(" ")), Arrays.stream(more).map(Object::toString))
            .toArray(String[]::new),
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8));
  }

  private String error() {
    return err.toString(StandardCharsets.UTF_8);
  }

  /** Runs a shell line in which $nextscale is the command; returns its stderr. */
  private String shell(String line) throws IOException, InterruptedException {
    ProcessBuilder shell =
        new ProcessBuilder("sh", "-c", line.replace("$nextscale", "\"$java\" $options"))
            .directory(folder.toFile())
            .redirectError(folder.resolve("err").toFile());
    Map<String, String> environment = shell.environment();
    environment.keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"));
    environment.put("java", Path.of(System.getProperty("java.home"), "bin", "java").toString());
    environment.put("CLASSPATH", System.getProperty("java.class.path"));
    environment.put(
        "options", "--enable-native-access=ALL-UNNAMED -Xmx512m " + Main.class.getName());
    Process process = shell.start();
    assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
    String printed = Files.readString(folder.resolve("err"));
    assertThat(process.exitValue()).as(printed).isZero();
    return printed;
  }

  /** Between what was printed before and after, with the names of files on stderr. */
  @Test
  void anImageGoesToStandardOutput() throws Exception {
    String names =
        shell(
            "(echo first; $nextscale sample --class cat --out /dev/stdout; echo last) >> all;"
                + " ln -s /dev/stdout b.png;"
                + " $nextscale sample --class cat --quiet --out b.png > link");
    assertThat(names).endsWith("/dev/stdout\n");
    ByteArrayOutputStream expected = new ByteArrayOutputStream();
    expected.write("first\n".getBytes(StandardCharsets.US_ASCII));
    expected.write(bytes);
    expected.write("last\n".getBytes(StandardCharsets.US_ASCII));
    assertThat(folder.resolve("all")).hasBinaryContent(expected.toByteArray());
    assertThat(folder.resolve("link")).hasBinaryContent(bytes);
    assertThat(Files.isSymbolicLink(folder.resolve("b.png"))).isTrue();
  }

  @Test
  void nothingElseIsPrintedWhereAFileGoes() throws Exception {
    String names =
        shell(
            "$nextscale sample --class cat --out b.png --timings /dev/stdout | cat > times.json;"
                + " $nextscale score --quiet --image a.png --class cat --out /proc/self/fd/1 > t");
    assertThat(names).contains("b.png\n/dev/stdout\n");
    assertThat(folder.resolve("b.png")).hasBinaryContent(bytes);
    assertThat(Json.parse(Files.readAllBytes(folder.resolve("times.json"))))
        .isInstanceOf(Map.class);
    try (Checkpoint scores = Checkpoint.open(folder.resolve("t"))) {
      assertThat(scores.tensors()).containsOnlyKeys("logits", "tokens");
    }
  }

  @Test
  void aPipeIsWrittenAndStays() throws Exception {
    Path pipe = folder.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    CompletableFuture<byte[]> read =
        CompletableFuture.supplyAsync(
            () -> {
              try (var in = Files.newInputStream(pipe)) {
                return in.readAllBytes();
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            });
    assertThat(run("sample --class cat --out", pipe)).as(error()).isZero();
    assertThat(read.get(1, TimeUnit.MINUTES)).isEqualTo(bytes);
    assertThat(Files.isRegularFile(pipe)).isFalse();
    assertThat(Files.exists(pipe)).isTrue();
  }

  @Test
  void aDeviceTakesEveryOutput() throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("b.png"), NULL);
    String all = " --trace /dev/null --sheet /dev/null --timings /dev/null --gif /dev/null";
    assertThat(run("sample --class cat --out /dev/null" + all)).as(error()).isZero();
    assertThat(run("sample --class cat --out", link)).as(error()).isZero();
    assertThat(run("tokenize --out /dev/null --image", image)).as(error()).isZero();
    assertThat(run("score --class cat --out /dev/null --image", image)).as(error()).isZero();
    assertThat(run("reconstruct --out /dev/null --trace /dev/null --image", image)).isZero();
    assertThat(run("reconstruct --out /dev/null --scales 1,2,3,4,6,8 --image", image)).isZero();
    assertThat(run("sample-set --count 1 --npz /dev/null --out", folder.resolve("set"))).isZero();
    assertThat(Files.isRegularFile(NULL)).isFalse();
    assertThat(Files.exists(NULL)).isTrue();
    assertThat(Files.isSymbolicLink(link)).isTrue();
    assertThat(Path.of("/dev/null_scales")).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2 | sample --class cat,bird --out /dev/null | --out /dev/null: 2 images need a folder",
        "2 | sample --class cat --out b.png/ | --out b.png/: expected the name of a file",
        "2 | sample --class cat --timings t/ | --timings t/: expected the name of a file",
        "2 | sample --class cat --trace t.safetensors/ | --trace t.safetensors/: expected the name",
        "2 | convert a.pth b.pth/ | OUT b.pth/: expected the name of a file",
        "2 | convert a.pth /dev/null | OUT /dev/null: expected a name ending in .pth or",
        "2 | sample --class cat --timings '' | --timings: expected a file name",
        "2 | sample --class cat --timings / | --timings /: expected the name of a file",
        "1 | sample --class cat --timings /dev | --timings /dev: is a folder, expected a file",
        "1 | sample --class cat --preview /dev/null | --preview /dev/null: is a file, expected a",
        "1 | sample-set --count 1 --out /dev/null | --out /dev/null: /dev/null is a file, expected",
        "1 | train --minutes 1 --out /dev/null | --out /dev/null: /dev/null is a file, expected",
        "1 | scaling-law --out /dev/null | --out /dev/null: /dev/null is a file, expected a folder",
      })
  void otherNamesAreRefusedBeforeTheWork(int code, String line, String message) {
    String[] words = line.replace("''", "").split(" ", -1);
    assertThat(Main.run(words, new PrintStream(out), new PrintStream(err))).isEqualTo(code);
    assertThat(error()).startsWith("nextscale: " + message);
    assertThat(error().lines()).hasSize(1);
  }

  @Test
  void aNameThatEndsInASlashIsAFolder() {
    assertThat(run("sample --class cat --quiet --out", folder + "/many/")).isZero();
    assertThat(folder.resolve("many/image_000.png")).hasBinaryContent(bytes);
  }
}
