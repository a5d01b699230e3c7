package io.nextscale.libtorch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Checks the message where libtorch is not found, and that no other place is tried after an error.
 */
class LibTorchLoadTest {
  private static final String EVERYTHING = System.getProperty("java.class.path");

  @TempDir Path folder;

  private static void assertRemedy(String output) {
    assertThat(output)
        .contains("REFUSED LibTorchLoadException: libtorch (2.13 or newer) could not be loaded")
        .contains("Remedy: put org.bytedeco:pytorch and org.bytedeco:openblas")
        .contains(Platform.current().classifier())
        .contains("-Dnextscale.libtorch=FOLDER")
        .contains("NEXTSCALE_LIBTORCH");
  }

  @Test
  void loadsFromTheClassPath() {
    assertThat(SpawnedJvm.start("load", List.of(), EVERYTHING).output()).startsWith("LOADED 2.13");
  }

  @Test
  void aWrongFolderIsNotReplacedByTheClassPath() {
    String output =
        SpawnedJvm.start("load", List.of("-Dnextscale.libtorch=" + folder), EVERYTHING).output();
    assertRemedy(output);
    assertThat(output)
        .contains("(1) system property nextscale.libtorch=" + folder)
        .contains("no " + Platform.current().core().getLast() + " in " + folder)
        .doesNotContain("class path:");
  }

  @Test
  void aDamagedLibraryIsNotReplacedEither() throws IOException {
    for (String name : Platform.current().core()) {
      Files.writeString(folder.resolve(name), "no library");
    }
    String output =
        SpawnedJvm.start("load", List.of("-Dnextscale.libtorch=" + folder), EVERYTHING).output();
    assertRemedy(output);
    assertThat(output).contains(folder.resolve(Platform.current().core().getFirst()).toString());
  }

  @Test
  void withoutTheArtifactsAllPlacesAreListed() {
    String output = SpawnedJvm.start("load", List.of("-Dnextscale.cache=" + folder)).output();
    assertRemedy(output);
    assertThat(output)
        .contains("(1) system property nextscale.libtorch: not set")
        .contains("(2) environment variable NEXTSCALE_LIBTORCH: not set")
        .contains("(3) class path: no resource org/bytedeco/pytorch/");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void knowsThePlatformsItRunsOn() {
    assertThat(Platform.of("Linux", "amd64").classifier()).isEqualTo("linux-x86_64");
    assertThat(Platform.of("Linux", "aarch64").classifier()).isEqualTo("linux-arm64");
    assertThat(Platform.of("Mac OS X", "aarch64").classifier()).isEqualTo("macosx-arm64");
    assertThatThrownBy(() -> Platform.of("Windows 11", "amd64"))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("Windows 11");
  }
}
