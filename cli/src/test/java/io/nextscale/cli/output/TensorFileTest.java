package io.nextscale.cli.output;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TensorFileTest {
  @Test
  void tensorsMustFitIntoAnArray() {
    TensorFile.requireRoom("few", 2, 3);
    assertThatThrownBy(() -> TensorFile.requireRoom("many", 1 << 20, 1 << 20))
        .isInstanceOf(CommandException.class)
        .hasMessageContaining("many: 1099511627776 elements");
  }
}
