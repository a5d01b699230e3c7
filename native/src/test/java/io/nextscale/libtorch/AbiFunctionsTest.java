package io.nextscale.libtorch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The versions of libtorch that are accepted, and what each of them has. */
class AbiFunctionsTest {
  private static final LibTorchVersion V2_10 = LibTorchVersion.OLDEST;
  private static final LibTorchVersion V2_13 = LibTorchVersion.BOUND;

  @Test
  void everyFunctionThatIsBoundHasItsRelease() throws IOException {
    List<String> listed = new ArrayList<>(AbiFunctions.SINCE_2_10);
    listed.addAll(AbiFunctions.SINCE_2_13);
    listed.addAll(AbiFunctions.OPTIONAL.keySet());
    List<String> bound =
        Files.readAllLines(Path.of("src/main/c/jextract.args")).stream()
            .filter(line -> line.startsWith("--include-function "))
            .map(line -> line.substring("--include-function ".length()))
            .toList();
    assertThat(bound).hasSizeGreaterThan(50);
    assertThat(listed).containsExactlyInAnyOrderElementsOf(bound);
  }

  @Test
  void aFunctionIsNeededFromItsReleaseOn() {
    assertThat(AbiFunctions.missing(V2_13, name -> true)).isEmpty();
    assertThat(AbiFunctions.missing(V2_10, AbiFunctions.SINCE_2_10::contains)).isEmpty();
    assertThat(AbiFunctions.missing(V2_13, AbiFunctions.SINCE_2_10::contains))
        .isEqualTo(AbiFunctions.SINCE_2_13);
    assertThat(AbiFunctions.missing(V2_10, name -> !name.equals("torch_call_dispatcher")))
        .containsExactly("torch_call_dispatcher");
  }

  @Test
  void lossesAreSaid() {
    assertThat(AbiFunctions.limitations(V2_13, name -> true)).isEmpty();
    assertThat(AbiFunctions.limitations(new LibTorchVersion(2, 12, 1), name -> true))
        .singleElement()
        .asString()
        .startsWith("libtorch 2.12 does not give the reason of an error");
    assertThat(AbiFunctions.limitations(V2_13, name -> !name.contains("linear_pointwise")))
        .containsExactly("built without oneDNN: linear layers are slower");
  }

  @Test
  void versionsAreReadAndCompared() {
    LibTorchVersion version = new LibTorchVersion(2, 12, 1);
    assertThat(LibTorchVersion.decode(2L << 56 | 12L << 48 | 1L << 40)).isEqualTo(version);
    assertThat(version.encoded()).isEqualTo(2L << 56 | 12L << 48 | 1L << 40);
    assertThat(version).hasToString("2.12.1");
    assertThat(version.isAtLeast(V2_10)).isTrue();
    assertThat(version.isAtLeast(V2_13)).isFalse();
    assertThat(new LibTorchVersion(3, 0, 0).isAtLeast(V2_13)).isTrue();
    assertThat(new LibTorchVersion(2, 9, 1).isAtLeast(V2_10)).isFalse();
  }
}
