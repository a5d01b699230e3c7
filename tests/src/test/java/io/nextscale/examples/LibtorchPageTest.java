package io.nextscale.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The example of docs/LIBTORCH.md is compiled, run, and the same as its file. */
class LibtorchPageTest {
  private static final Pattern EXAMPLE =
      Pattern.compile("<!-- compiled and run: (\\S+) -->\n```java\n(.*?)```", Pattern.DOTALL);

  @Test
  void theExampleIsTheFileThatItNames() throws IOException {
    Path root = Path.of("").toAbsolutePath();
    while (!Files.exists(root.resolve("README.md"))) {
      root = root.getParent();
    }
    Matcher example = EXAMPLE.matcher(Files.readString(root.resolve("docs/LIBTORCH.md")));
    assertThat(example.find()).isTrue();
    String source = Files.readString(root.resolve(example.group(1)));
    assertThat(withoutIndent(source)).contains(withoutIndent(example.group(2)));
    assertThat(example.group(2).lines().filter(line -> !line.isBlank()).count())
        .isLessThanOrEqualTo(32);
  }

  private static String withoutIndent(String code) {
    return code.lines().map(String::strip).reduce("", (all, line) -> all + line + "\n");
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
