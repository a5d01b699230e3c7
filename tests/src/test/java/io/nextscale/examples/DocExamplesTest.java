package io.nextscale.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every Java block of the README and of docs is in a file that is compiled, word for word. Where
 * the comment before it says so, a test runs it: {@link ReadmeTest} and others, in the modules of
 * the examples.
 */
class DocExamplesTest {
  static List<JavaBlock> blocks() throws IOException {
    List<JavaBlock> blocks = JavaBlock.all();
    assertThat(blocks.stream().map(block -> block.page().toString()))
        .contains("README.md", "docs/LIBTORCH.md", "docs/SERVE.md", "docs/SPARK.md");
    return blocks;
  }

  @ParameterizedTest
  @MethodSource("blocks")
  void aBlockIsInTheFileThatItNames(JavaBlock block) throws IOException {
    assertThat(block.file())
        .as("<!-- compiled and run: FILE --> on the line before the block of " + block.page())
        .isNotNull();
    Path file = JavaBlock.root().resolve(Objects.requireNonNull(block.file()));
    assertThat(file.toString()).contains("/src/test/java/").endsWith(".java");
    assertThat(JavaBlock.withoutIndent(Files.readString(file)))
        .contains(JavaBlock.withoutIndent(block.code()));
  }

  @ParameterizedTest
  @MethodSource("blocks")
  void aTestRunsABlockThatIsSaidToRun(JavaBlock block) throws IOException {
    boolean run = "compiled and run".equals(block.check());
    if (!run) {
      assertThat(block.check()).isEqualTo("compiled");
      return;
    }
    Path file = JavaBlock.root().resolve(Objects.requireNonNull(block.file()));
    String name = file.getFileName().toString().replace(".java", "");
    try (Stream<Path> beside = Files.list(file.getParent())) {
      assertThat(beside.filter(test -> test.toString().endsWith("Test.java")))
          .as("tests beside %s that call it", file)
          .anySatisfy(test -> assertThat(Files.readString(test)).contains(name));
    }
  }
}
