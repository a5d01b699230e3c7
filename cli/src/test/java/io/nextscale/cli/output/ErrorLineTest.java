package io.nextscale.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

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
    assertThat(new ErrorLine(new NullPointerException("y")).text())
        .contains("NullPointerException");
  }
}
