package io.nextscale.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** The example of docs/LIBTORCH.md. */
class LibtorchPageTest {
  /** As the title says, but for lines that only close. */
  @Test
  void theExampleIsShort() throws IOException {
    assertThat(JavaBlock.all())
        .filteredOn(block -> block.page().endsWith("LIBTORCH.md"))
        .singleElement()
        .satisfies(
            block ->
                assertThat(block.code().lines().filter(line -> !line.isBlank()).count())
                    .isLessThanOrEqualTo(32));
  }

  @Test
  void theExampleFindsTheWeights() {
    LibtorchExample example = new LibtorchExample();
    example.run();
    assertThat(example.fitted[0]).isCloseTo(2, within(1e-3f));
    assertThat(example.fitted[1]).isCloseTo(-3, within(1e-3f));
    assertThat(example.singularValues).hasSize(2).satisfies(s -> assertThat(s[0]).isPositive());
  }
}
