package io.nextscale.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.nextscale.cli.Main;
import io.nextscale.var.checkpoint.StoredTensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;

/** Runs commands as a user calls them, in a folder. */
final class CommandLineRun {
  private final Path folder;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  CommandLineRun(Path folder) {
    this.folder = folder;
  }

  /** Runs a command; returns the exit code. */
  int run(Object... arguments) {
    out.reset();
    err.reset();
    String[] args = Arrays.stream(arguments).map(Object::toString).toArray(String[]::new);
    return Main.run(
        args,
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8));
  }

  /** The stdout of the last command. */
  String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  /** The stderr of the last command. */
  String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  /** Runs a line, split at its spaces, with more arguments; asserts exit code 0. */
  void succeeds(String line, Object... more) {
    Stream<Object> words = Arrays.stream(line.split(" "));
    assertThat(run(Stream.concat(words, Arrays.stream(more)).toArray()))
        .as("exit code; stderr: %s", err)
        .isZero();
  }

  /**
   * Runs a command; asserts exit code 1, one line on stderr without a stack trace, and no new file.
   */
  void failsWith(String part, Object... arguments) throws IOException {
    long before = files();
    assertThat(run(arguments)).as("exit code; stderr: %s", err).isEqualTo(1);
    assertThat(err().lines()).hasSize(1);
    assertThat(err()).startsWith("nextscale: ").contains(part).doesNotContain("\tat ");
    assertThat(files()).as("files").isEqualTo(before);
  }

  private long files() throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.count();
    }
  }

  static float[] floats(StoredTensor tensor) {
    return tensor.data().toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
  }

  static long[] longs(StoredTensor tensor) {
    return tensor.data().toArray(ValueLayout.JAVA_LONG_UNALIGNED);
  }
}
