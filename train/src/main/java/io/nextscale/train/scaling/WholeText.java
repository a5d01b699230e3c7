package io.nextscale.train.scaling;

import io.nextscale.var.file.AtomicFile;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Text files that appear whole or not at all. */
final class WholeText {
  private WholeText() {}

  static void write(Path file, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    AtomicFile.write(file, out -> Channels.newOutputStream(out).write(bytes));
  }
}
