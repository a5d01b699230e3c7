package io.nextscale.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;

class ErrorLineTest {
  @Test
  void messagesAreOneLine() {
    assertThat(new ErrorLine(new IllegalStateException("a:\n  b\r\n  c\u001b[31m")).text())
        .isEqualTo("a: b c\ufffd[31m");
    assertThat(new ErrorLine(new UncheckedIOException(new NoSuchFileException("x"))).text())
        .isEqualTo("x: no such file or folder");
    IOException full = new IOException("No space left on device");
    assertThat(new ErrorLine(new UncheckedIOException("cannot write x: disk is full", full)).text())
        .isEqualTo("cannot write x: disk is full");
    assertThat(new ErrorLine(new NullPointerException("y")).text())
        .contains("NullPointerException");
  }
}
