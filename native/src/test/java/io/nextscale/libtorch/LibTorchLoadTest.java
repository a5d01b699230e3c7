package io.nextscale.libtorch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Checks the message where libtorch is not found, and that no other place is tried after an error.
 */
class LibTorchLoadTest {
  private static final String EVERYTHING = System.getProperty("java.class.path");

  @TempDir Path folder;

  private static void assertRemedy(String output) {
    assertThat(output)
        .contains("REFUSED LibTorchLoadException: libtorch (2.10 or newer) could not be loaded")
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

  /** An option that denies native access to this project's code, and to it alone. */
  private static String denial() {
    return Runtime.version().feature() < 24
        ? "--enable-native-access=java.logging"
        : "--illegal-native-access=deny";
  }

  @Test
  void deniedNativeAccessNamesTheFlagForTheClassPath() {
    List<String> arguments = List.of(denial(), "-cp", EVERYTHING, Loading.class.getName(), "load");
    assertThat(SpawnedJvm.java(arguments, Map.of()).output())
        .startsWith("REFUSED LibTorchLoadException: the JVM denies native access to the class path")
        .contains("--enable-native-access=ALL-UNNAMED")
        .contains("Enable-Native-Access: ALL-UNNAMED");
  }

  @Test
  void deniedNativeAccessNamesTheFlagForTheModulePath() throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    List<String> compilation =
        new ArrayList<>(List.of("-proc:none", "-d", folder.toString(), "-p", EVERYTHING));
    try (Stream<Path> sources = Files.walk(Path.of("src/main/java"))) {
      sources.map(Path::toString).filter(s -> s.endsWith(".java")).forEach(compilation::add);
    }
    assertThat(compiler.run(null, null, null, compilation.toArray(String[]::new))).isZero();
    List<String> arguments =
        List.of(
            denial(),
            "-p",
            folder.toString(),
            "--patch-module",
            "io.nextscale.libtorch=" + SpawnedJvm.location(Loading.class),
            "-m",
            "io.nextscale.libtorch/" + Loading.class.getName(),
            "load");
    assertThat(SpawnedJvm.java(arguments, Map.of()).output())
        .startsWith("REFUSED LibTorchLoadException: the JVM denies native access to module")
        .contains("module io.nextscale.libtorch.")
        .contains("--enable-native-access=io.nextscale.libtorch,io.nextscale.torch");
  }

  @Test
  @EnabledOnOs(value = OS.LINUX, disabledReason = "loaded libraries are read from /proc")
  void classLoadersShareTheLibraries() {
    assertThat(SpawnedJvm.start("twice", List.of(), EVERYTHING).output().lines())
        .satisfiesExactly(
            first -> assertThat(first).startsWith("LOADED 2.").endsWith(", class path"),
            second ->
                assertThat(second)
                    .startsWith("LOADED 2.")
                    .endsWith(", loaded in this process already"));
  }

  /** Two libtorchs of one process would mix, since their files have the same names. */
  @Test
  @EnabledOnOs(value = OS.LINUX, disabledReason = "loaded libraries are read from /proc")
  void aProcessHasOneLibtorch() throws IOException {
    for (String name : Platform.current().core()) {
      Files.writeString(folder.resolve(name), "another");
    }
    assertThat(SpawnedJvm.start("twice " + folder, List.of(), EVERYTHING).output())
        .contains("LOADED 2.")
        .contains("REFUSED LibTorchLoadException: ")
        .contains("this process has loaded another libtorch, ")
        .contains("Remedy: give all applications of this process one libtorch");
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
