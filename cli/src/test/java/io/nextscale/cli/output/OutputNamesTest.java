package io.nextscale.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputNamesTest {
  @TempDir Path folder;

  @Test
  void imagesAreNumberedByPatternOrFolder() {
    OutputNames pattern = OutputNames.of("--out", folder.resolve("a_%d.png"), ".png", 2);
    assertThat(pattern.file(1)).isEqualTo(folder.resolve("a_1.png"));
    OutputNames padded = OutputNames.of("--out", folder.resolve("%04d.png"), ".png", 2);
    assertThat(padded.file(12)).isEqualTo(folder.resolve("0012.png"));
    OutputNames inFolder = OutputNames.of("--out", folder.resolve("new"), ".png", 2);
    assertThat(folder.resolve("new")).doesNotExist();
    assertThat(inFolder.file(0)).isEqualTo(folder.resolve("new/image_000.png"));
    assertThat(folder.resolve("new")).isDirectory();
    OutputNames single = OutputNames.of("--out", folder.resolve("a.png"), ".png", 1);
    assertThat(single.file(0)).isEqualTo(folder.resolve("a.png"));
  }

  @Test
  void foldersLieBesideTheImages() {
    assertThat(OutputNames.of("--out", folder.resolve("a.png"), ".png", 1).beside("scales"))
        .isEqualTo(folder.resolve("a_scales"));
    assertThat(OutputNames.of("--out", folder.resolve("a_%d.png"), ".png", 2).beside("scales"))
        .isEqualTo(folder.resolve("a_scales"));
    assertThat(OutputNames.of("--out", folder.resolve("%d.png"), ".png", 2).beside("scales"))
        .isEqualTo(folder.resolve("scales"));
    assertThat(OutputNames.of("--out", folder.resolve("b"), ".png", 2).beside("scales"))
        .isEqualTo(folder.resolve("b_scales"));
  }
}
